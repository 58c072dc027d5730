from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "pivotino.instance.contacts"
    label = "contacts"
    plane = "instance"
