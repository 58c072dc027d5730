"""The backend of `django-tasks`: their store, and our place in line beside every task."""

from typing import TYPE_CHECKING, Any

from django_tasks.base import Task
from django_tasks_db.backend import DatabaseBackend

if TYPE_CHECKING:
    from django_tasks_db.models import DBTaskResult


class LineBackend(DatabaseBackend):  # type: ignore[misc]
    """`task.enqueue(…)` of any library joins our line, so that one worker does it all."""

    def _task_to_db_task(self, task: "Task[Any, Any]", args: Any, kwargs: Any) -> "DBTaskResult":
        from django_tasks_db.models import DBTaskResult

        from pivotino.jobs.line import Order, join

        if kwargs:
            raise TypeError("A job takes its arguments by position.")
        order = Order(path=task.module_path, args=list(args), queue=task.queue_name, priority=task.priority,
                      most=getattr(task, "attempts", 8), due_at=task.run_after)  # fmt: skip
        return DBTaskResult.objects.get(pk=join(order))
