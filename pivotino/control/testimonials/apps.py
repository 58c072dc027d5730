from django.apps import AppConfig


class TestimonialsConfig(AppConfig):
    name = "pivotino.control.testimonials"
    label = "testimonials"
