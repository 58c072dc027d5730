from django import forms
from django.apps import AppConfig

from pivotino.kit.sensitive import refuse


class UiConfig(AppConfig):
    name = "pivotino.ui"
    label = "ui"
    verbose_name = "Look and feel"

    def ready(self) -> None:
        # Every field that takes words refuses card numbers, those of libraries too: no form can forget it.
        forms.CharField.default_validators = [refuse]
