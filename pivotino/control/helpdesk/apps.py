from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "pivotino.control.helpdesk"
    label = "helpdesk"

    def ready(self) -> None:
        from django.conf import settings

        from pivotino.control.helpdesk import persons  # noqa: F401

        if settings.SINGLE:  # one company runs alone: nobody there reads tickets
            return
        from pivotino.control.helpdesk import files, jobs, reactions, taking  # noqa: F401
        from pivotino.control.helpdesk.inside import Desk
        from pivotino.tenancy import questions

        questions.taken_by(Desk())
