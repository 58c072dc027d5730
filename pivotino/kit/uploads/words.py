"""What may not be kept in words: card numbers everywhere, and what else the place where somebody works keeps out."""

from pivotino.kit import sensitive
from pivotino.kit.sensitive import Pack, Stance
from pivotino.kit.uploads.refusals import HoldsCard


def refuse_words(what: str, text: str) -> None:
    """Nothing can be put out of sight within a file, so what a place would mask is refused too."""
    packs = sensitive.unwanted(Stance.REFUSE, Stance.MASK) | {Pack.CARDS}
    if found := sensitive.find(text, packs):
        raise HoldsCard(what, sensitive.sentence(found[0].pack, found[0].shown))
