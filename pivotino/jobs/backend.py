"""The backend of `django-tasks`: their store, and our place in line beside every task."""

from typing import Any

from django_tasks_db.backend import DatabaseBackend

from pivotino.jobs.refusals import fit
from pivotino.kit.ids import uuid7


class LineBackend(DatabaseBackend):
    """`task.enqueue(…)` of any library joins our line, so that one worker does it all. Raises NotFit as `later` does."""

    def _task_to_db_task(self, task: Any, args: Any, kwargs: Any) -> Any:
        from django_tasks_db.models import DBTaskResult

        from pivotino.jobs.line import Order, join

        if kwargs:
            raise TypeError("A job takes its arguments by position.")
        order = Order(
            path=task.module_path, args=fit(args), queue=task.queue_name, priority=task.priority,
            most=getattr(task, "attempts", 8), due_at=task.run_after, id=uuid7(),
        )  # fmt: skip
        join(order)
        return DBTaskResult.objects.get(pk=str(order.id))
