"""What customers say of us: testimonials, their wordings, the yes to one of them, and that it is shown."""

from pivotino.control.testimonials.models.testimonial import (
    RENEWED_FROM,
    SHOWN_FOR,
    Consent,
    End,
    Language,
    Place,
    Publication,
    Road,
    Said,
    Testimonial,
    Wording,
    known_places,
)

__all__ = [
    "RENEWED_FROM", "SHOWN_FOR", "Consent", "End", "Language", "Place", "Publication", "Road", "Said", "Testimonial", "Wording",
    "known_places",
]  # fmt: skip
