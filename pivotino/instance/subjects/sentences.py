"""How the events of this room read."""

from pivotino.instance.history.models import Event
from pivotino.instance.history.sentences import Bold, Sentence, reads


@reads("contact.sourced")
def sourced(event: Event) -> Sentence:
    return Sentence("edit", "noted where the data comes from")


@reads("contact.consented", "contact.refused")
def consented(event: Event) -> Sentence:
    return Sentence("check" if event.verb == "contact.consented" else "x", "noted a yes to " if event.verb == "contact.consented" else "noted a no to ",
                    Bold(event.data.get("topic", "")))  # fmt: skip


@reads("contact.restricted", "contact.unrestricted")
def restricted(event: Event) -> Sentence:
    return Sentence(
        "lock", "said: stored, not used" if event.verb == "contact.restricted" else "lets the data be used again"
    )


@reads("keeping_rule.set")
def rule_set(event: Event) -> Sentence:
    return Sentence("clock", "lets go ", Bold(event.data["name"].lower()), f" after {event.data['months']} months")


@reads("keeping_rule.ended")
def rule_ended(event: Event) -> Sentence:
    return Sentence("clock", "keeps ", Bold(event.data["name"].lower()), " for as long as anybody likes")
