from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "pivotino.instance.files"
    label = "files"
    plane = "instance"

    def ready(self) -> None:
        from pivotino.instance.files import jobs, takeout, undoing  # noqa: F401
