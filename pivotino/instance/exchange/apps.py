from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "pivotino.instance.exchange"
    label = "exchange"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.exchange import jobs, sentences  # noqa: F401
        from pivotino.instance.history.timeline import leads_to
        from pivotino.instance.history.trail import follows
        from pivotino.instance.pipeline.queries import finds_batches

        follows("import.")
        leads_to("import", "exchange:show")
        finds_batches(
            "SELECT r.target_id AS id FROM exchange_proposedrow r WHERE r.of_import_id = %s AND r.fate IN ('made', 'altered')"
        )
