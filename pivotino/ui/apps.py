from django import forms
from django.apps import AppConfig

from pivotino.kit.sensitive import refuse


class UiConfig(AppConfig):
    name = "pivotino.ui"
    label = "ui"
    verbose_name = "Look and feel"

    def ready(self) -> None:
        # Every field that takes words refuses card numbers, those of libraries too: no form can forget it. So does
        # every field for files, for the name of one. Fields with validators of their own get it beside them.
        forms.CharField.default_validators = [refuse]
        forms.FileField.default_validators = [refuse]
        for kind in (forms.EmailField, forms.URLField, forms.SlugField):
            kind.default_validators = [*kind.default_validators, refuse]
