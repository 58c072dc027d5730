from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "pivotino.letters"
    label = "letters"

    def ready(self) -> None:
        from pivotino.letters import mailbox, posting  # noqa: F401
