from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "pivotino.control.helpdesk"
    label = "helpdesk"
