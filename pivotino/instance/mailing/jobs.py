"""The next step of a mailing, and once a night what was lost or is to be forgotten."""

from uuid import UUID

from pivotino.instance.mailing.sending import ENGINE
from pivotino.jobs import instance_job, nightly


@instance_job(whole=False, queue="letters", priority=-40)
def step(mailing_id: str) -> None:
    """Let the next batch leave and hand it over. It puts the step after it in line itself."""
    ENGINE.step(UUID(mailing_id))
    ENGINE.deliver(UUID(mailing_id))


@nightly(at="03:50", whole=False)
def keep_house() -> None:
    """Go on where a job was lost; forget in time who got it."""
    ENGINE.keep_house()
