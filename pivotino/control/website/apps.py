from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "pivotino.control.website"
    label = "website"
    verbose_name = "Website"
