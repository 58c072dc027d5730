from django.apps import AppConfig


class ChildrenConfig(AppConfig):
    name = "pivotino.control.children"
    label = "children"
