from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "pivotino.tenancy"
    label = "tenancy"
    verbose_name = "Tenancy"

    def ready(self) -> None:
        from pivotino.kit import egress
        from pivotino.tenancy import neutralising, notices
        from pivotino.ui.banners import register

        egress.forbid(neutralising.is_inside_copy)

        register(notices.for_people)
        register(notices.for_triers)
