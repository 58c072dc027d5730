"""What the payments room itself does about news."""

from pivotino.control.payments.jobs import close_other_visits
from pivotino.control.payments.provider import News, on


@on("checkout.completed")
def let_nobody_pay_twice(news: News) -> None:
    """Every other payment page of the same database is closed."""
    close_other_visits.later(str(news.instance_id), key=f"close-visits:{news.instance_id}")
