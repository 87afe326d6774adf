"""What happens here because of something below: called in the publisher's transaction."""

from buyers.actions import lines
from common import events


def pause_orders(event: events.OrganisationSuspended) -> None:
    """An organisation is suspended: nobody new may say yes to what it ordered."""
    lines.pause_lines_of(organisation_id=event.organisation_id, at=event.at)


def subscribe() -> None:
    """Once, when the app is ready."""
    events.subscribe(events.OrganisationSuspended, pause_orders)
