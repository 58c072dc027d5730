from django.apps import AppConfig


class ErasuresConfig(AppConfig):
    name = "pivotino.control.erasures"
    label = "erasures"

    def ready(self) -> None:
        from pivotino.control.erasures import jobs, known  # noqa: F401
        from pivotino.control.erasures.models import Erasure
        from pivotino.tenancy import erasing

        erasing.kept_by(Erasure.objects)
