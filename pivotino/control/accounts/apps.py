from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "pivotino.control.accounts"
    label = "accounts"
