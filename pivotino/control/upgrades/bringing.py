"""The steps that bring an original to the newest version (see `jobs.carrying` for what they promise)."""

from pivotino.control.upgrades.models import Upgrade
from pivotino.jobs import carrying
from pivotino.jobs.steps import Kind

STEPS: tuple[Kind[Upgrade], ...] = (
    Kind(name="closed", says="Your database can only be read for a few minutes", work=carrying.close),
    Kind(name="fenced", says="The last change is in", work=carrying.fence),
    Kind(name="copied", says="A copy is made; the original stays as it is", work=carrying.copy),
    Kind(name="migrated", says="The copy gets the new version", work=carrying.migrate),
    Kind(name="verified", says="Every table, every sum and every page is compared", work=carrying.verify),
    Kind(name="switched", says="Your address leads to the new version", work=carrying.switch),
    Kind(name="looked", says="The pages open at your address", work=carrying.look_again),
    Kind(name="opened", says="You can change things again", work=carrying.open_again),
)
AFTER_WATCH: tuple[Kind[Upgrade], ...] = (
    Kind(name="removed", says="The version before is removed, with proof", work=carrying.remove_old),
)


# At a start nobody is served yet, so no other process has to hear where the address leads before people come in.
AT_START = tuple(step for step in STEPS if step.name != "looked")


def go_on(upgrade: Upgrade, steps: tuple[Kind[Upgrade], ...] = ()) -> None:
    """Take one upgrade on from wherever it stands."""
    carrying.go_on(upgrade, steps or STEPS, AFTER_WATCH)
