from django.apps import AppConfig


class TestimonialsConfig(AppConfig):
    name = "pivotino.control.testimonials"
    label = "testimonials"

    def ready(self) -> None:
        from pivotino.control.testimonials import jobs, persons, replies  # noqa: F401
        from pivotino.control.testimonials.showing import are_there_any
        from pivotino.ui.places import Place, register

        register(Place(
            name="customers", label="Customers", icon="heart", url_name="testimonials:index", order=30, spot="site",
            allowed=lambda request: are_there_any(),
        ))  # fmt: skip
