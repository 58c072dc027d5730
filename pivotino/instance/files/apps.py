from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "pivotino.instance.files"
    label = "files"
    plane = "instance"
