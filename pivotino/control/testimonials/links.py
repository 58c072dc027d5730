"""The address in our letters: sealed, the same for ever, and open to whoever reads that mail."""

from uuid import UUID

from django.core import signing

from pivotino.control.testimonials.models import Testimonial
from pivotino.tenancy.addresses import absolute, control_url

SALT = "pivotino.testimonials"


def link_to(testimonial: Testimonial) -> str:
    """Where this person answers, reads what is shown, and takes it back."""
    return absolute(control_url("testimonials:answer", token=token_of(testimonial)))


def token_of(testimonial: Testimonial) -> str:
    return _signer().sign_object(testimonial.pk.hex)


def testimonial_of(token: str) -> Testimonial | None:
    """Whose address this is; None for one that is not ours, or whose time is over."""
    try:
        return Testimonial.objects.filter(pk=UUID(_signer().unsign_object(token))).first()
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
