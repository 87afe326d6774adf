"""The frame around each page: notices, the moderators' room, and a footer that knows who reads."""

import re

import pytest
from django.test import Client
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from accounts.actions import notices
from accounts.models import Notification, User
from tests import factories

pytestmark = pytest.mark.django_db


def pages_of(user: User, address: str = "/organisations/notices/") -> str:
    client = Client()
    client.force_login(user)
    return client.get(address).content.decode()


def words(part: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def site_bar(page: str) -> str:
    return words(page[page.index("<header") : page.index("</header>")])


def footer(page: str) -> str:
    return words(page[page.index("<footer") : page.index("</footer>")])


def tell(user: User, times: int = 1) -> None:
    Notification.objects.bulk_create(
        Notification(
            user=user, notice="n", subject="Told", line="So it is.", link="/", key=f"{user.pk}:{i}"
        )
        for i in range(times)
    )


@pytest.mark.parametrize(("told", "shown"), [(0, "Notices"), (3, "Notices 3 not read")])
def test_everybody_logged_in_sees_how_many_notices_they_have_not_read(buyer, told, shown):
    tell(buyer, told)
    tell(factories.make_user(), 5)

    assert f"{shown} Ines Okafor" in site_bar(pages_of(buyer))


def test_a_hat_owner_sees_them_too(owner):
    tell(owner.user, 2)

    assert "Notices 2 not read" in site_bar(pages_of(owner.user))


def test_on_a_phone_the_button_of_the_menu_says_the_number(buyer):
    tell(buyer, 3)

    assert 'aria-label="Menu, 3 notices not read"' in pages_of(buyer)


def test_very_many_are_not_counted_out(buyer):
    tell(buyer, 120)

    assert "Notices 99+ not read" in site_bar(pages_of(buyer))


def test_the_number_goes_when_they_are_read(buyer):
    tell(buyer, 3)
    notices.mark_all_read(user=buyer, at=timezone.now())

    assert "not read" not in site_bar(pages_of(buyer))


def test_the_number_costs_no_query_of_its_own(client, buyer, django_assert_num_queries):
    tell(buyer, 3)
    client.force_login(buyer)

    with django_assert_num_queries(2):  # the session, and the person with the number
        page = client.get(reverse("offers:help", args=["privacy"]))

    assert "Notices 3 not read" in site_bar(page.content.decode())


def test_a_visitor_is_shown_no_notices_and_asks_the_database_nothing(
    client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        page = client.get(reverse("offers:help", args=["privacy"])).content.decode()

    assert "Notices" not in words(page)


def test_somebody_locked_out_is_logged_out(client, buyer):
    client.force_login(buyer)
    User.objects.filter(pk=buyer.pk).update(is_active=False)

    assert client.get(reverse("accounts:notifications")).status_code == 302


@pytest.mark.parametrize(
    ("view", "label"),
    [
        ("buyers:moderation-queue", "Orders"),
        ("offers:moderation-queue", "Offers"),
        ("offers:moderation-questions", "Questions"),
        ("offers:moderation-reviews", "Reviews"),
        ("offers:moderation-data", "Data"),
        ("offers:moderation-front", "Home page"),
        ("offers:moderation-synonyms", "Synonyms"),
        ("accounts:moderation-organisations", "Organisations"),
        ("hats:moderation-hats", "HATs"),
        ("fulfilment:stuck-work", "Stuck work"),
    ],
)
def test_the_moderators_room_leads_everywhere_and_says_where_one_is(moderator, view, label):
    page = pages_of(moderator, reverse(view))

    nav = page[page.index('class="roomnav"') : page.index("</header>")]
    current = re.search(r'aria-current="page"[^>]*>(.*?)</a>', nav, re.DOTALL)
    assert words(nav).endswith(
        "Orders Offers Requests Questions Reviews Data Home page Synonyms Organisations HATs"
        " Stuck work"
    )
    assert current is not None
    assert words(current[1]) == label


@pytest.mark.parametrize("who", ["buyer", "owner", "moderator"])
def test_the_footer_offers_no_log_in_to_who_is_logged_in(request, who):
    person = request.getfixturevalue(who)

    foot = footer(pages_of(person.user if who == "owner" else person))

    assert "Log in" not in foot
    assert "Open an account" not in foot
    assert ("What I share" in foot) == (who == "owner")


def test_the_footer_shows_a_visitor_every_way_in(client):
    foot = footer(client.get(reverse("offers:offer-list")).content.decode())

    assert "Open an account Log in" in foot
    assert "Log in with your HAT" in foot


class TestKept:
    """The frame is kept by all it says, so who comes second sees nothing of who came first."""

    SHELF = reverse_lazy("offers:offer-list")

    def test_each_person_sees_themselves(self, buyer, stranger):
        both = [site_bar(pages_of(person, self.SHELF)) for person in (buyer, stranger, buyer)]

        assert [buyer.name in bar for bar in both] == [True, False, True]
        assert [stranger.name in bar for bar in both] == [False, True, False]

    def test_a_new_notice_is_counted_at_once(self, buyer):
        before = site_bar(pages_of(buyer, self.SHELF))
        tell(buyer, 1)

        assert "not read" not in before
        assert "Notices 1 not read" in site_bar(pages_of(buyer, self.SHELF))

    def test_the_next_page_says_where_one_is(self, buyer):
        pages_of(buyer, self.SHELF)

        nav = pages_of(buyer, reverse("offers:saved")).split('class="roomnav"')[1]

        current = re.search(r'aria-current="page"[^>]*>(.*?)</a>', nav, re.DOTALL)
        assert current is not None
        assert words(current[1]) == "Saved"

    def test_another_language_is_another_frame(self, buyer):
        pages_of(buyer, self.SHELF)
        User.objects.filter(pk=buyer.pk).update(language="de")

        assert "Mitteilungen" in site_bar(pages_of(buyer, self.SHELF))

    def test_the_way_out_works_for_who_comes_second(self, buyer):
        pages_of(buyer, self.SHELF)
        client = Client(enforce_csrf_checks=True)
        client.force_login(buyer)
        page = client.get(self.SHELF).content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token is not None

        client.post(reverse("account_logout"), {"csrfmiddlewaretoken": token[1]})

        assert "Ines Okafor" not in client.get(self.SHELF).content.decode()
