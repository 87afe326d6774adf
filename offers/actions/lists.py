"""Offers people want to find again: their own, and those an organisation looks at together."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, User
from common.language import gettext as _
from offers.errors import TooManyKept
from offers.models import Bookmark, ListedOffer, Offer, OfferList

MOST_BOOKMARKS, MOST_LISTS, MOST_ON_A_LIST = 500, 50, 500


@transaction.atomic
def keep_offer(
    *,
    user: User,
    organisation: Organisation | None,
    offer: Offer,
    bookmark: bool,
    lists: Collection[OfferList],
    new_list: str,
    at: datetime,
) -> None:
    """Keep the offer where it is wanted, and nowhere else: all of it, or nothing changes.

    :param organisation: whose lists may be changed; none: only the person's own bookmarks.
    :param new_list: name of one more list to put it on; may be empty.
    :raises TooManyKept: one of them takes no more.
    """
    set_bookmark(user=user, offer=offer, wanted=bookmark, at=at)
    if organisation is None:
        return
    opened = [open_list(organisation=organisation, name=new_list, at=at)] if new_list else []
    put_on_lists(organisation=organisation, offer=offer, lists=[*lists, *opened], by=user, at=at)


@transaction.atomic
def set_bookmark(*, user: User, offer: Offer, wanted: bool, at: datetime) -> None:
    """Keep the offer for this person, or no longer.

    :raises TooManyKept: the person keeps as many as one may.
    """
    if not wanted:
        Bookmark.objects.filter(user=user, offer=offer).delete()
        return
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.bookmarks.exclude(offer=offer).count() >= MOST_BOOKMARKS:
        sentence = _("You keep {number} offers already. Take one away first.")
        raise TooManyKept(sentence.format(number=MOST_BOOKMARKS))
    Bookmark.objects.get_or_create(user=user, offer=offer, defaults={"added_at": at})


@transaction.atomic
def open_list(*, organisation: Organisation, name: str, at: datetime) -> OfferList:
    """The organisation's list of this name; a new one where there is none.

    :raises TooManyKept: the organisation has as many as one may.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    lists = organisation.offer_lists
    if lists.exclude(name=name).count() >= MOST_LISTS:
        sentence = _("There are {number} lists already. Delete one of them first.")
        raise TooManyKept(sentence.format(number=MOST_LISTS))
    return lists.get_or_create(name=name, defaults={"created_at": at})[0]


@transaction.atomic
def put_on_lists(
    *,
    organisation: Organisation,
    offer: Offer,
    lists: Collection[OfferList],
    by: User,
    at: datetime,
) -> None:
    """Let the offer stand on exactly these lists of the organisation.

    :raises TooManyKept: one of them is full.
    """
    locked = OfferList.objects.select_for_update().filter(organisation=organisation).order_by("pk")
    wanted = {one.pk for one in lists}
    for one in locked:
        if one.pk not in wanted:
            one.entries.filter(offer=offer).delete()
        elif one.entries.exclude(offer=offer).count() >= MOST_ON_A_LIST:
            sentence = _("“{name}” is full: {number} offers fit on a list.")
            raise TooManyKept(sentence.format(name=one.name, number=MOST_ON_A_LIST))
        else:
            ListedOffer.objects.get_or_create(
                offer_list=one, offer=offer, defaults={"added_by": by, "added_at": at}
            )


def forget_others(*, offer: Offer) -> None:
    """Leave the offer, which has another secret address now, to its publisher's own members."""
    own = offer.publisher_id
    Bookmark.objects.filter(offer=offer).exclude(user__memberships__organisation=own).delete()
    ListedOffer.objects.filter(offer=offer).exclude(offer_list__organisation=own).delete()


def delete_list(*, offer_list: OfferList) -> None:
    """The list goes, the offers stay."""
    offer_list.delete()
