from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    name = "pivotino.control.provisioning"
    label = "provisioning"
