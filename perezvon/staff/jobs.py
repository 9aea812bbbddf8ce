"""Work that is done after the commit, by the workers."""

from procrastinate.contrib.django import app

from perezvon.kit import clock


@app.task(name="staff.deliver", queue="notices")
def deliver(delivery: int) -> None:
    """Push or mail one notice; what failed for a while is tried again later."""
    from .delivery import attempt

    again = attempt(delivery, at=clock.now())
    if again:
        deliver.configure(schedule_at=again).defer(delivery=delivery)
