"""What stands on the front of the market, because a moderator says so."""

from datetime import date, datetime, timedelta

from django.db import connection, transaction

from accounts import audit
from accounts.access import require_moderator
from accounts.audit import Action
from accounts.models import User
from common.language import gettext as _
from offers.errors import CannotBeFeatured, OwnWork
from offers.models import Feature, Offer
from offers.queries import catalogue, front

MOST_FEATURED = 4
LONGEST = timedelta(days=90)
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('offers.features'))"


@transaction.atomic
def feature_offer(*, offer: Offer, until: date, by: User, at: datetime) -> Feature:
    """Show an offer on the home page up to and with a day; once more changes the day.

    :raises NotFound: not a moderator.
    :raises OwnWork: the moderator's own organisation publishes it.
    :raises CannotBeFeatured: it is not on sale for everybody, the day is over or far, or there are
        as many as the page takes.
    """
    require_moderator(by)
    if by.memberships.filter(organisation=offer.publisher_id).exists():
        raise OwnWork(_("This offer is your organisation’s: another moderator puts it forward."))
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    _refuse(offer, until=until, today=at.date())
    said = {"until": until, "featured_at": at, "featured_by": by}
    feature, _created = Feature.objects.update_or_create(offer=offer, defaults=said)
    audit.record(Action.OFFER_FEATURED, offer, at=at, actor=by, until=until.isoformat())
    return feature


@transaction.atomic
def take_from_front(*, feature: Feature, by: User, at: datetime) -> None:
    """Show the offer on the home page no longer.

    :raises NotFound: not a moderator.
    """
    require_moderator(by)
    audit.record(Action.OFFER_UNFEATURED, feature.offer, at=at, actor=by)
    feature.delete()


def _refuse(offer: Offer, *, until: date, today: date) -> None:
    if not catalogue.offers_on_sale().filter(pk=offer.pk).exists():
        raise CannotBeFeatured(_("This offer is not on sale for everybody."))
    if not today <= until <= today + LONGEST:
        raise CannotBeFeatured(
            _("The last day is from today to {days} days from now.").format(days=LONGEST.days)
        )
    others = front.features(today).exclude(offer=offer)
    if others.count() >= MOST_FEATURED:
        raise CannotBeFeatured(
            _("{number} offers are on the home page already. Take one of them off first.").format(
                number=MOST_FEATURED
            )
        )
