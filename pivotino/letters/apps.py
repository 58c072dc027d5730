from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "pivotino.letters"
    label = "letters"
