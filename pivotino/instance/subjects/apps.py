from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    name = "pivotino.instance.subjects"
    label = "subjects"
    plane = "instance"
