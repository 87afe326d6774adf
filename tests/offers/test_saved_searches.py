"""Searches that go on: kept, told of, stopped."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from offers import access
from offers.actions import searches
from offers.errors import TooManyKept
from offers.forms import search_at
from offers.models import OfferStatus, SavedSearch, SearchRhythm
from tests import factories
from tests.outbox import run_outbox

NOON = factories.NOON
HOUR = timedelta(hours=1)


def _save(user, *, address="q=song", rhythm=SearchRhythm.AT_ONCE, at=NOON, name="Songs"):
    return searches.save_search(user=user, name=name, address=address, rhythm=rhythm, at=at)


def _tell(at):
    return searches.tell_of_matches(at=at, tax_percent=20, read=search_at)


def _stop_page(search):
    return reverse("offers:search-stop", args=[access.stop_token(search)])


def _published(title, at, **fields):
    return factories.make_version(title=title, published_at=at, **fields)


def test_a_new_offer_that_fits_is_told_once_in_the_shop_and_by_mail(buyer, mailoutbox):
    _save(buyer)
    _published("Songs of the sea", NOON + HOUR)

    _tell(NOON + 2 * HOUR)
    _tell(NOON + 3 * HOUR)
    run_outbox()

    notice = Notification.objects.get(user=buyer)
    assert notice.subject == "1 new offer matches “Songs”"
    assert notice.line == "“Songs of the sea”."
    (mail,) = mailoutbox
    assert _stop_page(SavedSearch.objects.get()) in mail.body


def test_a_mail_program_can_stop_the_mails_by_one_click(client, buyer, mailoutbox):
    search = _save(buyer)
    _published("Songs of the sea", NOON + HOUR)
    _tell(NOON + 2 * HOUR)
    run_outbox()

    headers = mailoutbox[0].message()

    assert headers["List-Unsubscribe"] == f"<{settings.SITE_URL}{_stop_page(search)}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_several_are_told_together_and_the_first_three_by_name(buyer):
    _save(buyer)
    for number in range(5):
        _published(f"Songs {number}", NOON + HOUR + timedelta(minutes=number))

    _tell(NOON + 2 * HOUR)

    notice = Notification.objects.get()
    assert notice.subject == "5 new offers match “Songs”"
    assert notice.line == "“Songs 4”, “Songs 3”, “Songs 2” and 2 more."


@pytest.mark.parametrize(
    ("title", "after", "status"),
    [
        ("Songs of before", -HOUR, OfferStatus.LISTED),
        ("Hours of sleep", HOUR, OfferStatus.LISTED),
        ("Songs off the shelf", HOUR, OfferStatus.PAUSED),
    ],
    ids=["published before", "other words", "paused"],
)
def test_what_is_no_news_is_not_told(buyer, title, after, status):
    _save(buyer)
    version = _published(title, NOON + after, summary="x", description="x")
    version.offer.status = status
    version.offer.save()

    assert _tell(NOON + 2 * HOUR) == 1
    assert not Notification.objects.exists()


def test_filters_count_too(buyer):
    _save(buyer, address="q=song&collection=weekly")
    _published("Songs once", NOON + HOUR)
    _published("Songs weekly", NOON + HOUR, collection="weekly")

    _tell(NOON + 2 * HOUR)

    assert Notification.objects.get().line == "“Songs weekly”."


def test_what_is_published_while_we_look_is_told_the_next_time(buyer):
    _save(buyer)
    look = NOON + 2 * HOUR
    _published("Songs of this moment", look - timedelta(seconds=20))

    _tell(look)
    assert not Notification.objects.exists()
    _tell(look + HOUR)

    assert Notification.objects.get().line == "“Songs of this moment”."


@pytest.mark.parametrize(
    ("rhythm", "early", "late"),
    [
        (SearchRhythm.DAILY, timedelta(hours=23), timedelta(hours=25)),
        (SearchRhythm.WEEKLY, timedelta(days=6), timedelta(days=7, hours=1)),
    ],
)
def test_a_digest_waits_for_its_day(buyer, rhythm, early, late):
    _save(buyer, rhythm=rhythm)
    _published("Songs of the sea", NOON + HOUR)

    _tell(NOON + early)
    assert not Notification.objects.exists()
    _tell(NOON + late)

    assert Notification.objects.count() == 1


def test_a_search_that_fails_keeps_nobody_else_waiting_and_misses_nothing(buyer, stranger):
    _save(buyer, address="broken")
    _save(stranger)
    _published("Songs of the sea", NOON + HOUR)

    def read(address):
        if address == "broken":
            raise LookupError
        return search_at(address)

    with pytest.raises(LookupError):
        searches.tell_of_matches(at=NOON + 2 * HOUR, tax_percent=20, read=read)
    assert [notice.user for notice in Notification.objects.all()] == [stranger]
    _tell(NOON + 3 * HOUR)

    assert {notice.user for notice in Notification.objects.all()} == {buyer, stranger}


def test_never_is_never(buyer):
    _save(buyer, rhythm=SearchRhythm.NEVER)
    _published("Songs of the sea", NOON + HOUR)

    assert _tell(NOON + timedelta(days=90)) == 0


def test_turned_on_again_the_time_between_is_no_news(buyer):
    search = _save(buyer, rhythm=SearchRhythm.NEVER)
    _published("Songs of the sea", NOON + HOUR)

    searches.change_rhythm(search=search, rhythm=SearchRhythm.AT_ONCE, at=NOON + 2 * HOUR)
    _tell(NOON + 3 * HOUR)

    assert not Notification.objects.exists()


def test_kept_again_after_it_was_stopped_the_time_between_is_no_news(buyer):
    _save(buyer, rhythm=SearchRhythm.NEVER)
    _published("Songs of the sea", NOON + HOUR)

    _save(buyer, at=NOON + 2 * HOUR)
    _tell(NOON + 3 * HOUR)

    assert not Notification.objects.exists()


def test_the_same_search_again_is_not_kept_twice(buyer):
    first = _save(buyer)

    again = _save(buyer, name="My songs", rhythm=SearchRhythm.WEEKLY, at=NOON + HOUR)

    assert again.pk == first.pk
    assert (again.name, again.told_until) == ("My songs", NOON)


def test_one_search_too_many_is_refused(buyer, monkeypatch):
    monkeypatch.setattr(searches, "MOST_SEARCHES", 1)
    _save(buyer)

    with pytest.raises(TooManyKept):
        _save(buyer, address="q=sleep")

    assert SavedSearch.objects.count() == 1


# -- pages ---------------------------------------------------------------------------------------


def test_a_search_is_kept_from_its_own_page_with_a_name_in_words(client, buyer, version):
    client.force_login(buyer)
    page = client.get("/offers/", {"q": "evening", "collection": "once"}).content.decode()
    assert f"{reverse('offers:search-new')}?q=evening&amp;collection=once" in page

    form = client.get(reverse("offers:search-new"), {"q": "evening", "collection": "once"})
    assert 'value="evening, Read once"' in form.content.decode()
    sent = {
        "name": "Evenings",
        "rhythm": "daily",
        "address": "q=evening&sort=price&page=2&collection=once",
    }
    client.post(reverse("offers:search-new"), sent)

    search = SavedSearch.objects.get(user=buyer)
    assert (search.name, search.address) == ("Evenings", "q=evening&collection=once")
    assert "Evenings" in client.get(reverse("offers:saved")).content.decode()


def test_a_search_without_a_name_is_asked_for_one(client, buyer, version):
    client.force_login(buyer)

    answer = client.post(reverse("offers:search-new"), {"name": "", "rhythm": "daily"})

    assert answer.status_code == 422
    assert not SavedSearch.objects.exists()


def test_the_link_of_a_mail_leads_to_the_results_newest_first(client, buyer, version):
    search = _save(buyer)

    answer = client.get(reverse("offers:saved-search", args=[search.uid]))

    assert answer.headers["Location"] == "/offers/?q=song&sort=newest"


def test_looking_at_the_stop_page_changes_nothing_and_its_button_stops(client, buyer):
    search = _save(buyer)
    page = _stop_page(search)

    client.get(page)
    search.refresh_from_db()
    assert search.rhythm == SearchRhythm.AT_ONCE

    assert "No more mails" in client.post(page).content.decode()
    search.refresh_from_db()
    assert (search.rhythm, search.due_at) == (SearchRhythm.NEVER, None)


def test_one_click_needs_no_log_in_no_cookie_and_stops_that_search_alone(buyer):
    search, other = _save(buyer), _save(buyer, address="q=sleep")
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(_stop_page(search), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert SavedSearch.objects.get(pk=search.pk).rhythm == SearchRhythm.NEVER
    assert SavedSearch.objects.get(pk=other.pk).rhythm == SearchRhythm.AT_ONCE


def test_the_link_to_the_results_stops_nothing(client, buyer):
    search = _save(buyer)
    real = access.stop_token(search)

    for token in (str(search.uid), f"{search.uid}:x", f"{search.uid}{real}", "nonsense"):
        answer = client.post(reverse("offers:search-stop", args=[token]))
        assert answer.status_code == 404

    assert SavedSearch.objects.get().rhythm == SearchRhythm.AT_ONCE


def test_the_mail_of_a_forgotten_search_has_nothing_left_to_stop(client, buyer):
    search = _save(buyer)
    page = _stop_page(search)
    searches.forget_search(search=search)

    assert client.post(page).status_code == 404


def test_nobody_changes_or_forgets_the_search_of_another(client, buyer, stranger):
    search = _save(buyer)
    client.force_login(stranger)

    rhythm = client.post(reverse("offers:search-rhythm", args=[search.uid]), {"rhythm": "never"})
    forget = client.post(reverse("offers:search-forget", args=[search.uid]))

    assert (rhythm.status_code, forget.status_code) == (404, 404)
    assert SavedSearch.objects.get().rhythm == SearchRhythm.AT_ONCE


def test_a_forgotten_search_is_gone(client, buyer):
    search = _save(buyer)
    client.force_login(buyer)

    client.post(reverse("offers:search-forget", args=[search.uid]))

    assert not SavedSearch.objects.exists()


def test_fifty_searches_cost_the_page_as_many_queries_as_one(
    client, buyer, django_assert_num_queries
):
    client.force_login(buyer)
    _save(buyer)
    with django_assert_num_queries(5):
        client.get(reverse("offers:saved"))
    for number in range(49):
        _save(buyer, address=f"q=song{number}")

    with django_assert_num_queries(5):
        client.get(reverse("offers:saved"))


def _many_choices(letter):
    """A search of a hundred sources that nobody offers: long, or longer still once written out."""
    return "&".join(f"source={letter * 20}{number}" for number in range(100))


@pytest.mark.parametrize("letter", ["a", "ö", "%"])
def test_a_search_that_is_too_long_to_be_kept_is_refused_in_words(client, buyer, letter):
    client.force_login(buyer)
    address = _many_choices(letter)

    answer = client.post(
        reverse("offers:search-new"), {"name": "All", "rhythm": "daily", "address": address}
    )

    assert answer.status_code == 422
    assert "This search has too many choices to be kept." in answer.content.decode()
    assert not SavedSearch.objects.exists()


def test_a_short_address_that_is_long_once_written_out_is_refused_in_words(client, buyer):
    client.force_login(buyer)
    address = "&".join(f"source={'ö' * 30}{number}" for number in range(30))
    assert len(address) < 1_500

    answer = client.post(
        reverse("offers:search-new"), {"name": "All", "rhythm": "daily", "address": address}
    )

    assert answer.status_code == 422
    assert "This search has too many choices to be kept." in answer.content.decode()


def test_a_search_that_is_too_long_says_so_before_it_is_named(client, buyer):
    client.force_login(buyer)

    answer = client.get(f"{reverse('offers:search-new')}?{_many_choices('a')}")

    assert answer.status_code == 200
    assert "This search has too many choices to be kept." in answer.content.decode()


def test_what_no_search_reads_is_not_kept(client, buyer):
    client.force_login(buyer)
    address = "q=song&utm_source=letter&csrf=abc&price_to=2&collection=once&" + "x" * 1_400

    client.post(
        reverse("offers:search-new"), {"name": "Songs", "rhythm": "daily", "address": address}
    )

    assert SavedSearch.objects.get().address == "q=song&price_to=2&collection=once"


@pytest.mark.parametrize(
    "address",
    [
        *("%00", "q=%00", "source=%00", "\x00", "&&&==&", "=", "q=%ED%A0%80", "?q=song", "%"),
        *("price_from=NaN", "price_to=1e308", "price_from=9&price_to=1", "page=-1", "sort=%2527"),
    ],
)
def test_an_odd_address_is_kept_as_what_can_be_read_of_it_or_refused(client, buyer, address):
    client.force_login(buyer)

    answer = client.post(
        reverse("offers:search-new"), {"name": "Odd", "rhythm": "daily", "address": address}
    )

    assert answer.status_code in {302, 422}
    _tell(NOON + HOUR)
    for search in SavedSearch.objects.all():
        opened = client.get(reverse("offers:saved-search", args=[search.uid]), follow=True)
        assert opened.status_code == 200
