"""Every page at both widths: whole, usable by everybody, and no wider than the window.

Pages of a trade are looked at while it goes on; here are the others, with nothing on them, with a
lot, with the longest words, and some in the dark.
"""

import time

import pytest
from playwright.sync_api import expect

from marketplace.run.people import Moderator, Owner
from offers.views.help import PAGES
from tests.journeys import crowd
from tests.journeys.house import StandingHouse
from tests.journeys.person import PHONE, Person, Screen

PUBLIC = [
    "/",
    "/offers/?q=sleep&kind=none",
    "/offers/?q=nothing+of+the+sort",
    "/offers/?q=slep",
    f"/offers/?q={'Donaudampfschifffahrt' * 3}+sleep",
    "/topics/sleep/",
    "/data/?q=nothing+of+the+sort",
    "/data/monzo/",
    "/invited/",
    "/offers/places-for-30-days/",
    "/offers/places-for-30-days/questions/",
    "/offers/places-for-30-days/reviews/",
    "/account/login/",
    "/account/password/reset/",
    "/hat/log-in/",
    "/hat/log-in/cancelled/",
    *(f"/help/{slug}/" for slug in PAGES),
]
OF_A_BUYER = [
    "/saved/",
    "/saved/searches/new/?q=sleep",
    "/offers/places-for-30-days/keep/",
    "/requests/",
    "/requests/new/",
    "/questions/",
    "/offers/places-for-30-days/questions/new/",
    "/compose/",
    "/orders/",
    "/datasets/",
    "/organisations/mine/",
    "/organisations/notices/",
]
OF_A_MANAGER = ["/organisations/mine/settings/", "/account/email/", "/account/password/change/"]
OF_AN_OWNER = [
    "/my-data/",
    "/my-data/offers/",
    "/my-data/offers/declined/",
    "/my-data/shared/",
    "/my-data/earnings/",
    "/my-data/access/",
    "/hat/",
    "/hat/disconnect/",
    "/hat/another-key/",
]
OF_A_MODERATOR = [
    "/orders/review/?show=live",
    "/moderation/data/",
    "/moderation/data/file/",
    "/moderation/offers/",
    "/moderation/requests/",
    "/moderation/questions/",
    "/moderation/home/",
    "/moderation/synonyms/",
    "/moderation/synonyms/new/",
    "/moderation/synonyms/file/",
    "/moderation/reviews/",
    "/organisations/moderation/",
    "/hat/moderation/",
]
IN_THE_DARK = [
    "/",
    "/offers/",
    "/offers/sleep-and-steps/",
    "/orders/",
    "/organisations/mine/",
    "/help/privacy/",
]
BETWEEN = [Screen("tablet", 768, 1024), Screen("small-desk", 1024, 768)]
LONG_WORD = "Landeswasserversorgungszweckverbandsgeschaeftsstellenleitung"
LONG_NAME = f"{LONG_WORD} of the very long river"
LONG_PURPOSE = f"To learn how {LONG_WORD} and others " + "walk along the river and back again " * 6


@pytest.fixture(scope="session")
def newcomer(standing: StandingHouse) -> crowd.Buyer:
    """Somebody whose organisation has done nothing yet."""
    return crowd.founder(
        standing, f"new-{time.time_ns()}@quiet.example", organisation="Quiet Reading Room"
    )


@pytest.fixture(scope="session")
def wordy(standing: StandingHouse) -> crowd.Buyer:
    """Somebody whose organisation has the longest of names."""
    return crowd.founder(
        standing, f"long-{time.time_ns()}@words.example", organisation=LONG_NAME, name=LONG_WORD
    )


@pytest.fixture(scope="session")
def wordy_line(standing: StandingHouse, wordy: crowd.Buyer) -> str:
    """An order for the longest of purposes."""
    return crowd.open_line(
        standing, wordy, offer="last-fifty-songs", places=20, words=LONG_PURPOSE[:300]
    )


@pytest.fixture(scope="session")
def moderator(standing: StandingHouse) -> Moderator:
    return crowd.moderator(standing)


@pytest.fixture(scope="session")
def fresh_owner(standing: StandingHouse) -> Owner:
    """Somebody who logged in with the HAT and did nothing else."""
    owner = crowd.everybody(standing)[-1]
    crowd.offered(owner, "")
    return owner


def look_at(person: Person, path: str) -> None:
    person.open(path)
    person.looks_around()


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_for_everybody(seat, screen, path):
    look_at(seat(None, screen), path)


def test_what_happens_next_is_told_on_every_screen(seat, screen):
    visitor = seat(None, screen)
    visitor.open("/hat/log-in/")
    visitor.sees("The first time")


@pytest.mark.parametrize("between", BETWEEN, ids=lambda screen: screen.name)
@pytest.mark.parametrize("path", ["/", "/offers/", "/help/fees/", "/my-data/"])
def test_a_page_fits_between_phone_and_desk(seat, fresh_owner, between, path):
    look_at(seat(fresh_owner, between), path)


def test_the_navigation_of_a_room_begins_where_one_is(seat, ines):
    buyer = seat(ines, PHONE)
    buyer.open("/datasets/")
    expect(buyer.page.locator(".roomnav [aria-current]")).to_be_in_viewport()


@pytest.mark.parametrize("path", OF_A_BUYER + OF_A_MANAGER)
def test_a_buyers_page_with_nothing_on_it(seat, screen, newcomer, path):
    look_at(seat(newcomer, screen), path)


@pytest.mark.parametrize("path", OF_A_BUYER)
def test_a_buyers_page_with_something_on_it(seat, screen, ines, line, path):
    look_at(seat(ines, screen), path)


@pytest.mark.parametrize("path", OF_A_BUYER)
def test_a_buyers_page_with_the_longest_words(seat, screen, wordy, wordy_line, path):
    look_at(seat(wordy, screen), path)


@pytest.mark.parametrize("path", OF_AN_OWNER)
def test_an_owners_page_with_nothing_shared(seat, screen, fresh_owner, path):
    look_at(seat(fresh_owner, screen), path)


def test_an_owners_inbox_with_the_longest_words(seat, screen, fresh_owner, wordy_line):
    look_at(seat(fresh_owner, screen), "/my-data/offers/")


def test_an_owners_card_with_the_longest_words(seat, screen, fresh_owner, wordy_line):
    look_at(seat(fresh_owner, screen), f"/my-data/offers/{wordy_line}/")


@pytest.mark.parametrize("path", OF_A_MODERATOR)
def test_a_moderators_page(seat, screen, moderator, wordy_line, path):
    look_at(seat(moderator, screen), path)


def test_a_moderators_case_with_the_longest_words(seat, screen, moderator, wordy_line):
    look_at(seat(moderator, screen), f"/orders/review/{wordy_line}/")


def test_the_case_of_an_organisation(seat, screen, moderator, standing, wordy):
    query = "SELECT reference FROM accounts_organisation WHERE name = %s"
    reference = standing.rows(query, LONG_NAME)[0][0]
    look_at(seat(moderator, screen), f"/organisations/moderation/{reference}/")


@pytest.mark.parametrize("path", IN_THE_DARK)
def test_a_page_in_the_dark(seat, ines, line, path):
    look_at(seat(ines, color_scheme="dark"), path)


def test_an_owners_card_in_the_dark(seat, fresh_owner, wordy_line):
    look_at(seat(fresh_owner, color_scheme="dark"), f"/my-data/offers/{wordy_line}/")
