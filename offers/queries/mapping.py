"""The addresses of the shelf."""

from datetime import datetime

from django.db.models import QuerySet

from offers.models import Listing


def offers_for_map() -> QuerySet[Listing, tuple[str, datetime]]:
    """Name and day of publication of every offer on the shelf."""
    listed = Listing.objects.order_by("offer_id")
    return listed.values_list("offer__slug", "published_at")
