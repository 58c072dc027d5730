"""Work that happens later: in a worker, after the commit, again when it failed, and never twice in sight.

    @job(queue="provisioning", attempts=10)          # our own work, in the control plane
    @instance_job(attempts=5)                        # a customer's work: runs inside that instance
    @schedule("5 * * * *")                           # our own work, by the clock (UTC)
    @nightly(at="00:10")                             # once a day in every instance, by its company's clock

Each makes a job of a function at the top of a module; `thing.later(str(id))` puts it in line, `thing(str(id))` just runs it.
"""

from pivotino.jobs.clock import schedule
from pivotino.jobs.instances import InstanceJob, instance_job
from pivotino.jobs.making import Job, job
from pivotino.jobs.nights import nightly, register_zone
from pivotino.jobs.refusals import GiveUp, NotFit, Retry

__all__ = [
    "GiveUp", "InstanceJob", "Job", "NotFit", "Retry", "instance_job", "job", "nightly", "register_zone", "schedule",
]  # fmt: skip
