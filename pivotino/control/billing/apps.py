from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "pivotino.control.billing"
    label = "billing"

    def ready(self) -> None:
        from pivotino.control.accounts.places import Place, register

        register(Place(name="Plan and billing", url_name="billing:show", order=10, icon="receipt"))
