from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "pivotino.letters"
    label = "letters"

    def ready(self) -> None:
        from pivotino.letters import posting  # noqa: F401
