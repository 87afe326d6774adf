"""Periodic work of the shop."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from offers import actions
from offers.actions import data, searches
from offers.forms import search_at

BATCH = 200


@shared_task(name="offers.refresh_people")
def refresh_people() -> None:
    """Count again how many connected owners can fill each offer, and hold each kind of record."""
    actions.refresh_people_available(timezone.now())
    data.count_people(timezone.now())


@shared_task(name="offers.tell_of_matches")
def tell_of_matches() -> None:
    """Tell people of new offers that fit what they search for, until nobody is left to tell."""
    at = timezone.now()
    tax = settings.FEE_TAX_PERCENT
    while searches.tell_of_matches(at=at, tax_percent=tax, read=search_at, limit=BATCH) == BATCH:
        pass
