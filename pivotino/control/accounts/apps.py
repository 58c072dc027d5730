from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "pivotino.control.accounts"
    label = "accounts"

    def ready(self) -> None:
        from pivotino.control.accounts.models import Seat
        from pivotino.tenancy import seats

        seats.kept_by(Seat.objects)
