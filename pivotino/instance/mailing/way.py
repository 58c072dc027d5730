"""The way to a customer's own mail server: one host they named, checked at the moment of calling, and nothing behind our walls.

A name is looked up once, every address it has is judged, and the connection goes to the one that was judged: a name that
leads elsewhere a moment later gains nothing. Where the customer runs the machine (development, or one company on a machine
of its own) their mail server may stand in the same house.
"""

import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from email.message import Message
from email.utils import parseaddr
from typing import Any

from django.conf import settings

from pivotino.instance.mailing.models import Security, Sender
from pivotino.instance.mailing.sealing import CannotOpen
from pivotino.kit import egress
from pivotino.tenancy.neutralising import may_leave

PATIENCE = 15.0
PORTS = frozenset({25, 465, 587, 2525})
# What a mail server says of a mailbox that is not there; 5.7 says that it wants no such letter, which is another thing.
NOBODY, NOT_WANTED = frozenset({550, 551, 553, 556}), b"5.7."
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
_calling: ContextVar[str] = ContextVar("pivotino_mailing_host", default="")


class NotHandedOver(Exception):
    """A letter, or the whole connection, failed. The sentence names no address.

    `gone`: nobody will ever read there. `ours`: the road itself is shut, so no letter goes until somebody mends it.
    """

    def __init__(self, sentence: str, *, permanent: bool = False, gone: bool = False, road: bool = False) -> None:
        super().__init__(sentence)
        self.permanent, self.gone, self.road = permanent, gone, road


def named_by_customer() -> Iterable[str]:
    """For the guard of outgoing calls: the mail server of the customer whose letters are being handed over, meanwhile only.

    They named it and answer for it; it gets their own letters and nothing of ours.
    """
    return [host] if (host := _calling.get()) else []


def may_be_near() -> bool:
    """Whether a mail server may stand in our own network: where the customer is also who runs the machine."""
    return bool(settings.DEBUG or settings.SINGLE)


@contextmanager
def road(sender: Sender) -> Iterator["Road"]:
    """An open connection to the customer's mail server. Raises NotHandedOver where there is none, and in a copy."""
    if not may_leave("A mailing"):
        raise NotHandedOver("Nothing leaves a copy to try.", road=True)
    token = _calling.set(sender.host.rstrip(".").lower())
    try:
        opened = Road(_opened(sender), sender)
        try:
            yield opened
        finally:
            with suppress(smtplib.SMTPException, OSError):
                opened.server.quit()
    finally:
        _calling.reset(token)


class Road:
    """A connection that is open, and letters handed over one by one."""

    def __init__(self, server: smtplib.SMTP, sender: Sender) -> None:
        self.server, self.sender = server, sender

    def hand(self, message: Message, to: str) -> None:
        """Give one letter to the mail server. Raises NotHandedOver; the next letter may go all the same, unless `road`."""
        try:
            self.server.send_message(message, self.sender.address, [to])
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPSenderRefused as error:
            raise NotHandedOver(
                f"The mail server takes no letters from {self.sender.address} ({error.smtp_code}).", road=True
            ) from error
        except smtplib.SMTPServerDisconnected as error:
            raise NotHandedOver("The mail server hung up.", road=True) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotHandedOver("The mail server does not answer.", road=True) from error


def _opened(sender: Sender) -> smtplib.SMTP:
    if sender.port not in PORTS and not may_be_near():
        raise NotHandedOver(f"Mail servers do not listen at port {sender.port}.", road=True)
    if sender.user and sender.security == Security.NONE and not may_be_near():
        raise NotHandedOver("A password is not sent where everybody on the way can read it.", road=True)
    name = parseaddr(sender.address)[1].partition("@")[2] or "localhost"
    try:
        server = _greeted(sender, name)
        if sender.user:
            server.login(sender.user, sender.password())
        return server
    except CannotOpen as error:
        raise NotHandedOver(str(error), road=True) from error
    except smtplib.SMTPAuthenticationError as error:
        raise NotHandedOver("The mail server does not take this user and password.", road=True) from error
    except smtplib.SMTPNotSupportedError as error:
        raise NotHandedOver(
            "The mail server does not offer what was chosen. Try another kind of encryption, or no user.", road=True
        ) from error
    except ssl.SSLError as error:
        raise NotHandedOver(
            "The mail server cannot prove who it is, or speaks another kind of encryption. Try the other port.",
            road=True,
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotHandedOver("The mail server does not answer.", road=True) from error


def _greeted(sender: Sender, name: str) -> smtplib.SMTP:
    if sender.security == Security.TLS:
        return _Tls(sender.host, sender.port, name, timeout=PATIENCE, context=ssl.create_default_context())
    server = _Plain(sender.host, sender.port, name, timeout=PATIENCE)
    if sender.security == Security.STARTTLS:
        server.starttls(context=ssl.create_default_context())
    return server


def _refused(code: int, said: bytes | str) -> NotHandedOver:
    words = said if isinstance(said, bytes) else said.encode()
    if code in NOBODY and not words.lstrip().startswith(NOT_WANTED):
        return NotHandedOver(f"There is no mailbox at this address ({code}).", permanent=True, gone=True)
    if code >= 500:
        return NotHandedOver(f"The mail server refused the letter ({code}).", permanent=True)
    return NotHandedOver(f"The mail server asks us to come back later ({code}).")


class _Plain(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return _connected(host, port, timeout)


class _Tls(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        parts: Any = self
        wrapped: socket.socket = parts.context.wrap_socket(_connected(host, port, timeout), server_hostname=parts._host)
        return wrapped


def _connected(host: str, port: int, timeout: float) -> socket.socket:
    """Connect to an address that was judged, not to the name once more."""
    trouble: OSError = ConnectionError(f"{host} has no address.")
    for family, kind, protocol, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not (may_be_near() or is_outside(str(place[0]))):
            raise NotHandedOver("This mail server stands in a private network, where we do not go.", road=True)
        try:
            made = socket.socket(family, kind, protocol)
            made.settimeout(timeout)
            made.connect(place)
            return made
        except OSError as error:
            trouble = error
    raise trouble


def is_outside(address: str) -> bool:
    """True for an address everybody can reach: not this machine, not a private network, not one dressed up as another."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_outside(str(found.ipv4_mapped))
        if found in TRANSLATED or found.sixtofour is not None or found.teredo is not None:
            return False
    return found.is_global and not found.is_multicast


egress.allow(named_by_customer)
