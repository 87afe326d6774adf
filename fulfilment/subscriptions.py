"""What happens here because of something below: called in the publisher's transaction."""

from common import events
from fulfilment.actions import acceptances, leases


def end_acceptances(event: events.OrderLineClosing) -> None:
    """A line closes: places that nobody will fill any more are given back first."""
    acceptances.end_line(order_line_id=event.order_line_id, at=event.at)


def drop_readings(event: events.HatFrozen) -> None:
    """A HAT shows another key: answers on their way from it are not taken."""
    leases.take_back(hat_owner_id=event.hat_owner_id, at=event.at)


def subscribe() -> None:
    """Once, when the app is ready."""
    events.subscribe(events.OrderLineClosing, end_acceptances)
    events.subscribe(events.HatFrozen, drop_readings)
