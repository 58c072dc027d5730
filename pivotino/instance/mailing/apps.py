from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "pivotino.instance.mailing"
    label = "mailing"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.history.trail import follows
        from pivotino.instance.mailing import copies, panels, rail, returning, sentences, takeout, undoing, way  # noqa: F401

        follows("audience.", "mailing_sender.", "mailing_stop.")
