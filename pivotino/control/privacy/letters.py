"""The letters of the privacy room."""

from pivotino.letters import Kind, Letter


class AskWatcher(Letter):
    """Is this your address, and do you want to be told?"""

    kind = Kind.TRANSACTIONAL
    template = "privacy/letters/ask_watcher"
    why = (
        "You get this letter because somebody asked to be told at this address when Pivotino's rules or helpers change."
    )


class RulesChange(Letter):
    """Something will change, and from when on."""

    kind = Kind.NOTICE
    template = "privacy/letters/rules_change"
    why = "You get this letter because you asked to be told when Pivotino's rules or helpers change."
