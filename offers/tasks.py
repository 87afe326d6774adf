"""Mails and periodic work of the shop."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from common import outbox
from offers import actions
from offers.actions import messages, reviews, searches
from offers.forms import search_at
from offers.models import Message

BATCH = 200


@shared_task(name="offers.refresh_people")
def refresh_people() -> None:
    """Count again how many connected owners can fill each offer, and hold each kind of record."""
    actions.refresh_people_available(timezone.now())


@shared_task(name="offers.tell_of_matches")
def tell_of_matches() -> None:
    """Tell people of new offers that fit what they search for, until nobody is left to tell."""
    at = timezone.now()
    tax = settings.FEE_TAX_PERCENT
    while searches.tell_of_matches(at=at, tax_percent=tax, read=search_at, limit=BATCH) == BATCH:
        pass


# An SMTPException is an OSError: a mail server that is down or busy is asked again later.
@outbox.handler("offers.mail_message", retry_on=(OSError,))
def mail_message(*, message_id: int) -> None:
    """Mail one message to its publisher, unless it is forgotten already."""
    row = (
        Message.objects.select_related(
            "publisher", "organisation", "written_by", "offer__current_version"
        )
        .filter(pk=message_id)
        .first()
    )
    if row is not None:
        messages.mail_message(message=row)


@shared_task(name="offers.forget_messages")
def forget_messages() -> None:
    """Periodic: messages to publishers whose time is over."""
    messages.forget_messages(at=timezone.now())


@shared_task(name="offers.remind_of_reviews")
def remind_of_reviews() -> None:
    """Ask organisations that got data a while ago for a review, until nobody is left to ask."""
    at = timezone.now()
    while reviews.remind_of_reviews(at=at, limit=BATCH) == BATCH:
        pass
