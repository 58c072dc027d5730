"""What is known to do harm: the test file everybody agrees on, and whatever ClamAV knows where it is at hand."""

from django.conf import settings

from pivotino.kit import clamav

# The harmless file every scanner finds; in two parts, so that none finds this one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EIC" + rb"AR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def harm_in(data: bytes) -> str | None:
    """What was found, "" for nothing; None where ClamAV should look and does not answer."""
    if EICAR in data:
        return "Eicar-Test-Signature"
    if not settings.CLAMAV:
        return ""
    try:
        return clamav.Daemon.at(settings.CLAMAV).look(data)
    except clamav.Away:
        return None
