"""What happens here because of something below: called in the publisher's transaction."""

from common import events
from fulfilment.actions import acceptances, debits, leases
from fulfilment.models import DataDebit, DataDebitStatus
from fulfilment.queries.on_hat import debits_on_hat
from hats.queries import tell_debits_by


def end_acceptances(event: events.OrderLineClosing) -> None:
    """A line closes: places that nobody will fill any more are given back first."""
    acceptances.end_line(order_line_id=event.order_line_id, at=event.at)


def rest(event: events.HatFrozen | events.HatDisconnected) -> None:
    """A HAT shows another key, or its owner has left: it is not read, nor asked anything."""
    leases.rest(hat_owner_id=event.hat_owner_id, at=event.at)


def go_on(event: events.HatConnected) -> None:
    """Its owner has come back, or its new key is trusted."""
    leases.wake(hat_owner_id=event.hat_owner_id, at=event.at)
    theirs = DataDebit.objects.filter(acceptance__hat_owner=event.hat_owner_id)
    debits.look_again(theirs, at=event.at)


def heal(event: events.HatAccessRestored) -> None:
    """The operator has mended our account: what waited for it goes on."""
    leases.heal(cluster=event.cluster, at=event.at)
    debits.look_again(
        DataDebit.objects.filter(
            status=DataDebitStatus.INTENDED, acceptance__hat_owner__cluster=event.cluster
        ),
        at=event.at,
    )


def subscribe() -> None:
    """Once, when the app is ready."""
    events.subscribe(events.OrderLineClosing, end_acceptances)
    events.subscribe(events.HatFrozen, rest)
    events.subscribe(events.HatDisconnected, rest)
    events.subscribe(events.HatConnected, go_on)
    events.subscribe(events.HatAccessRestored, heal)
    tell_debits_by(debits_on_hat)
