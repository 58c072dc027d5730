"""How the events of mailing read."""

from pivotino.instance.history.models import Event
from pivotino.instance.history.sentences import Bold, Changed, Sentence, reads

WORDS = {"name": "name", "address": "address", "postal": "postal address", "host": "mail server", "port": "port", "security": "encryption",
         "user": "user"}  # fmt: skip


@reads("mailing_sender.changed")
def sender_changed(event: Event) -> Sentence:
    found = event.data.get("changes", {})
    changes = [Changed(WORDS.get(field, field), str(old or ""), str(new or "")) for field, (old, new) in found.items()]
    if event.data.get("password"):
        changes.append(Changed("password", "", "another one"))
    return Sentence("mail", "changed who mailings come from", changes=changes)


@reads("mailing_stop.lifted")
def stop_lifted(event: Event) -> Sentence:
    return Sentence("mail", "let mailings go again to an address that had come back")


@reads("audience.made", "audience.changed", "audience.removed", "audience.restored")
def audience(event: Event) -> Sentence:
    verb = event.verb.partition(".")[2]
    said = {
        "made": "made the list ",
        "changed": "changed the list ",
        "removed": "removed the list ",
        "restored": "brought back the list ",
    }
    return Sentence("bin" if verb == "removed" else "mail", said[verb], Bold(event.data.get("name", "")))
