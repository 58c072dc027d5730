from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "pivotino.instance.exchange"
    label = "exchange"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.exchange import jobs, sentences  # noqa: F401
        from pivotino.instance.history.timeline import leads_to

        leads_to("import", "exchange:show")
