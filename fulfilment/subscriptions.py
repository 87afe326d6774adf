"""What happens here because of something below: called in the publisher's transaction."""

from common import events
from fulfilment.actions import acceptances, leases


def end_acceptances(event: events.OrderLineClosing) -> None:
    """A line closes: places that nobody will fill any more are given back first."""
    acceptances.end_line(order_line_id=event.order_line_id, at=event.at)


def drop_readings(event: events.HatFrozen | events.HatDisconnected) -> None:
    """A HAT shows another key, or its owner has left: answers on their way are not taken."""
    leases.take_back(hat_owner_id=event.hat_owner_id, at=event.at)


def subscribe() -> None:
    """Once, when the app is ready."""
    events.subscribe(events.OrderLineClosing, end_acceptances)
    events.subscribe(events.HatFrozen, drop_readings)
    events.subscribe(events.HatDisconnected, drop_readings)
