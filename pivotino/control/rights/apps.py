from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "pivotino.control.rights"
    label = "rights"

    def ready(self) -> None:
        from pivotino.control.rights import jobs, leaving, persons  # noqa: F401
        from pivotino.control.rights.handing import Answers
        from pivotino.tenancy import requests

        requests.kept_by(Answers())
