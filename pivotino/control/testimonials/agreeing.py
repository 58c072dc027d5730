"""Asking, answering, showing, and taking back. Every verb may be called twice."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from pivotino.control.erasures.persons import RESTRICTED, is_restricted
from pivotino.control.testimonials import letters
from pivotino.control.testimonials.models import (
    Consent,
    End,
    Publication,
    Road,
    Said,
    Testimonial,
    Wording,
)
from pivotino.control.testimonials.showing import look_again
from pivotino.letters.marks import mark_of


class NotPossible(RuntimeError):
    """This cannot be done now; the message says why."""


class Restricted(NotPossible):
    """They are left alone."""

    def __init__(self) -> None:
        super().__init__(RESTRICTED)


class NotAgreed(NotPossible):
    """Nobody said yes to exactly this."""

    def __init__(self) -> None:
        super().__init__("They have not said yes to exactly this text. Ask first.")


class SaysSomethingElseNow(NotPossible):
    """The text changed since they read it."""

    def __init__(self) -> None:
        super().__init__("The text changed after you opened this page. Read it again, then answer.")


def draft(said: Said, *, email: str, picture: bytes | None, by: str) -> Wording:
    """Begin; nobody is asked yet."""
    with transaction.atomic():
        return _word(Testimonial.objects.create(email=email, by=by), said, picture, by=by)


def revise(testimonial: Testimonial, said: Said, *, picture: bytes | None, by: str) -> Wording:
    """A new version, which needs a yes of its own. What is shown stays as it is. The same once more is no new version."""
    with transaction.atomic():
        fresh = _locked(testimonial)
        newest = fresh.newest
        if newest is not None and newest.digest == said.digest:
            return newest
        return _word(fresh, said, picture, by=by)


def ask(testimonial: Testimonial) -> None:
    """Mail the newest version, word by word, with the places. Once a version."""
    with transaction.atomic():
        fresh = _locked(testimonial)
        wording = fresh.newest
        if is_restricted(fresh.email):
            raise Restricted
        if wording is None or wording.asked_at:
            raise NotPossible("They were asked about this version already. A changed text may be asked about anew.")
        _note(wording, asked_at=timezone.now())
        letters.ask(wording)


def agree(testimonial: Testimonial, *, digest: str, how: Road) -> Consent:
    """Yes, to what has this fingerprint and to nothing else."""
    with transaction.atomic():
        fresh = _locked(testimonial)
        return _said_before(fresh, digest) or _yes(_asked(fresh, digest), fresh, how)


def agree_with_edits(
    testimonial: Testimonial, said: Said, *, digest: str, picture: bytes | None, how: Road = Road.LINK
) -> Consent:
    """Yes, in their own words: a version they wrote is one they agree to."""
    with transaction.atomic():
        fresh = _locked(testimonial)
        if before := _said_before(fresh, said.digest):
            return before
        wording = _asked(fresh, digest)
        if said.digest != wording.digest:
            wording = _word(fresh, said, picture, by="")
            _note(wording, asked_at=timezone.now())
        return _yes(wording, fresh, how)


def decline(testimonial: Testimonial) -> None:
    """No. What they agreed to before stays; without that, it is over."""
    with transaction.atomic():
        fresh = _locked(testimonial, over=True)
        if question := fresh.question:
            _note(question, refused_at=timezone.now())
            if not Consent.objects.filter(wording__testimonial=fresh, ended_at__isnull=True).exists():
                _end(fresh, End.DECLINED)


def withdraw(testimonial: Testimonial, *, how: Road) -> None:
    """Take it back: gone from every page with this transaction, and a receipt goes out, once."""
    with transaction.atomic():
        fresh = _locked(testimonial, over=True)
        if fresh.ended_at is None:
            letters.receipt(fresh, how)
            _end(fresh, End.WITHDRAWN)


def renew(testimonial: Testimonial, *, how: Road) -> None:
    """Yes once more to what is shown; then it stays as long again. Only after we asked, and once for each asking."""
    with transaction.atomic():
        fresh = _locked(testimonial)
        shown = fresh.publication
        if shown is None or shown.renewal_asked_at is None:
            return
        before = shown.consent
        shown.consent = _yes(shown.wording, fresh, how)
        shown.until, shown.renewal_asked_at = shown.consent.until, None
        shown.save(update_fields=["consent", "until", "renewal_asked_at"])
        Consent.objects.filter(pk=before.pk).update(ended_at=timezone.now())


def publish(testimonial: Testimonial, *, by: str) -> Publication:
    """Show the newest version until its yes runs out, in place of an older one. Raises NotAgreed without a yes to exactly it."""
    with transaction.atomic():
        fresh = _locked(testimonial)
        wording = fresh.newest
        if is_restricted(fresh.email):
            raise Restricted
        consent = wording.consent if wording else None
        if consent is None:
            raise NotAgreed
        if (shown := fresh.publication) and shown.consent_id == consent.pk:
            return shown
        Publication.objects.filter(testimonial=fresh).delete()
        _fresh_look()
        return Publication.objects.create(testimonial=fresh, consent=consent, by=by, until=consent.until)


def drop(testimonial: Testimonial, *, end: End = End.DROPPED) -> None:
    """Staff take it down and leave it, or its time is over."""
    with transaction.atomic():
        fresh = _locked(testimonial, over=True)
        if fresh.ended_at is None:
            _end(fresh, end)


def _locked(testimonial: Testimonial, *, over: bool = False) -> Testimonial:
    fresh = Testimonial.objects.select_for_update().get(pk=testimonial.pk)
    if fresh.ended_at and not over:
        raise NotPossible(f"This is over since {fresh.ended_at:%-d %B %Y}: {fresh.get_end_display().lower()}.")
    return fresh


def _word(testimonial: Testimonial, said: Said, picture: bytes | None, *, by: str) -> Wording:
    newest = testimonial.newest
    return Wording.objects.create(
        testimonial=testimonial, number=newest.number + 1 if newest else 1, text=said.text, name=said.name, role=said.role,
        company=said.company, language=said.language, places=list(said.places), picture=picture, picture_mark=said.picture_mark,
        digest=said.digest, by=by,
    )  # fmt: skip


def _asked(testimonial: Testimonial, digest: str) -> Wording:
    question = testimonial.question
    if question is None or question.digest != digest:
        raise SaysSomethingElseNow
    return question


def _said_before(testimonial: Testimonial, digest: str) -> Consent | None:
    """The yes that a second press means."""
    newest = testimonial.newest
    return newest.consent if newest and newest.digest == digest else None


def _yes(wording: Wording, testimonial: Testimonial, how: Road) -> Consent:
    return Consent.objects.create(wording=wording, digest=wording.digest, mark=mark_of(testimonial.email), how=how)


def _end(testimonial: Testimonial, end: End) -> None:
    now = timezone.now()
    Publication.objects.filter(testimonial=testimonial).delete()
    Consent.objects.filter(wording__testimonial=testimonial, ended_at__isnull=True).update(ended_at=now)
    testimonial.ended_at, testimonial.end = now, end
    testimonial.save(update_fields=["ended_at", "end"])
    _fresh_look()


def _fresh_look() -> None:
    transaction.on_commit(look_again)


def _note(wording: Wording, **fields: Any) -> None:
    Wording.objects.filter(pk=wording.pk).update(**fields)
