"""Searches that go on: keep one, and tell its person what is new."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accounts import notifications
from accounts.models import User
from common.language import gettext as _
from common.language import ngettext, number
from offers import access
from offers.errors import TooManyKept
from offers.models import Offer, SavedSearch, SearchRhythm
from offers.queries import catalogue
from offers.queries.catalogue import Search

MOST_SEARCHES = 50  # of one person
MOST_NAMED = 3  # offers in a notice; the page has the others
MOST_COUNTED = 100
SETTLED = timedelta(minutes=1)  # an offer published at noon may be committed a moment later
PAUSES = {
    SearchRhythm.AT_ONCE: timedelta(minutes=5),
    SearchRhythm.DAILY: timedelta(days=1),
    SearchRhythm.WEEKLY: timedelta(days=7),
}


@transaction.atomic
def save_search(*, user: User, name: str, address: str, rhythm: str, at: datetime) -> SavedSearch:
    """Keep a search; the same one again changes its name and rhythm.

    :param address: parameters of the catalogue's address, without those that say nothing.
    :raises TooManyKept: the person keeps as many as one may.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    others = user.saved_searches.exclude(address=address)
    if others.count() >= MOST_SEARCHES:
        sentence = _("You keep {number} searches already. Forget one of them first.")
        raise TooManyKept(sentence.format(number=MOST_SEARCHES))
    search, is_new = SavedSearch.objects.get_or_create(
        user=user,
        address=address,
        defaults={
            "name": name,
            "rhythm": rhythm,
            "due_at": _next(rhythm, at=at),
            "created_at": at,
            "told_until": at,
        },
    )
    if not is_new:
        SavedSearch.objects.filter(pk=search.pk).update(name=name)
        search = change_rhythm(search=search, rhythm=rhythm, at=at)
    return search


@transaction.atomic
def change_rhythm(*, search: SavedSearch, rhythm: str, at: datetime) -> SavedSearch:
    """Tell more or less often from now on; what nobody was told of meanwhile is no news."""
    search = SavedSearch.objects.select_for_update().get(pk=search.pk)
    if search.rhythm == SearchRhythm.NEVER:
        search.told_until = at
    search.rhythm, search.due_at = rhythm, _next(rhythm, at=at)
    search.save(update_fields=["rhythm", "due_at", "told_until"])
    return search


def forget_search(*, search: SavedSearch) -> None:
    """As if it had never been kept."""
    search.delete()


def tell_of_matches(
    *, at: datetime, tax_percent: int, read: Callable[[str], Search], limit: int = 200
) -> int:
    """Look at the searches that are due and tell their people what was published since.

    Each search is moved on before it is looked at: one that fails keeps nobody else waiting, and
    what it missed is told the next time. The first that failed is raised after all were looked at.

    :param read: a search from its address.
    :returns: how many were due; as many as ``limit``: there may be more.
    """
    due = _claimed(at=at, limit=limit)
    failed: Exception | None = None
    for search in due:
        try:
            _look(search, at=at, tax_percent=tax_percent, wanted=read(search.address))
        except Exception as problem:  # noqa: BLE001  # raised below
            failed = failed or problem
    if failed is not None:
        raise failed
    return len(due)


@transaction.atomic
def _claimed(*, at: datetime, limit: int) -> list[SavedSearch]:
    due = list(
        SavedSearch.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(due_at__lte=at)
        .select_related("user")
        .order_by("due_at", "pk")[:limit]
    )
    for search in due:
        search.due_at = _next(search.rhythm, at=at)
    SavedSearch.objects.bulk_update(due, ["due_at"])
    return due


@transaction.atomic
def _look(search: SavedSearch, *, at: datetime, tax_percent: int, wanted: Search) -> None:
    until = max(search.told_until, at - SETTLED)
    found = catalogue.published_between(
        wanted, after=search.told_until, until=until, most=MOST_COUNTED, tax_percent=tax_percent
    )
    if found and search.user.is_active:
        _tell(search, found, until=until)
    SavedSearch.objects.filter(pk=search.pk).update(told_until=until)


def _tell(search: SavedSearch, found: Sequence[Offer], *, until: datetime) -> None:
    titles = [_title(offer) for offer in found[:MOST_NAMED]]
    notifications.notify(
        [search.user],
        notice="saved_search",
        subject=lambda: _subject(len(found), search.name),
        line=lambda: _line(titles, more=len(found) - len(titles)),
        link=reverse("offers:saved-search", args=[search.uid]),
        key=f"saved_search:{search.pk}:{until.isoformat()}",
        stop_link=reverse("offers:search-stop", args=[access.stop_token(search)]),
    )


def _subject(found: int, name: str) -> str:
    if found == MOST_COUNTED:
        words = _("{count} or more new offers match “{name}”")
    else:
        words = ngettext(
            "{count} new offer matches “{name}”", "{count} new offers match “{name}”", found
        )
    return words.format(count=number(found), name=name)


def _line(titles: Sequence[str], *, more: int) -> str:
    said = ", ".join(_("“{words}”").format(words=title) for title in titles)
    if not more:
        return f"{said}."
    words = ngettext("{titles} and {count} more.", "{titles} and {count} more.", more)
    return words.format(titles=said, count=number(more))


def _title(offer: Offer) -> str:
    assert offer.current_version
    return offer.current_version.title


def _next(rhythm: str, *, at: datetime) -> datetime | None:
    pause = PAUSES.get(SearchRhythm(rhythm))
    return None if pause is None else at + pause
