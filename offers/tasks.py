"""Periodic work of the shop."""

from celery import shared_task
from django.utils import timezone

from offers import actions


@shared_task(name="offers.refresh_people")
def refresh_people() -> None:
    """Count again how many connected owners can fill each offer."""
    actions.refresh_people_available(timezone.now())
