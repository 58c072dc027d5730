from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    name = "pivotino.instance.subjects"
    label = "subjects"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.history.trail import follows
        from pivotino.instance.subjects import erasing, guarding, inbox, panels, sentences, takeout  # noqa: F401

        follows("keeping_rule.", "contact.restricted", "contact.unrestricted")
