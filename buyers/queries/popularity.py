"""Which offers are bought, and by how many."""

from datetime import datetime

from django.db.models import Count

from buyers.models import OrderLine


def organisations_by_offer(*, since: datetime) -> dict[int, int]:
    """How many organisations have paid for places of each offer since then."""
    paid = OrderLine.objects.filter(order__paid_at__gte=since)
    counted = paid.values("offer_version__offer").annotate(
        buyers=Count("order__organisation", distinct=True)
    )
    return dict(counted.order_by().values_list("offer_version__offer", "buyers"))
