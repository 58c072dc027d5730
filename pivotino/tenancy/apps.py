from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "pivotino.tenancy"
    label = "tenancy"
    verbose_name = "Tenancy"

    def ready(self) -> None:
        from pivotino.tenancy import notices
        from pivotino.ui.banners import register

        register(notices.for_people)
        register(notices.for_triers)
