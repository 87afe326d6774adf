"""Which organisation a session is about, and where people land."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from accounts.models import Invitation, Membership, Role
from tests import factories


def test_home_leads_a_hat_owner_to_my_data(owner, logged_in):
    answer = logged_in(owner.user).get(reverse("accounts:home"))

    assert answer.url == "/my-data/"


def test_home_leads_a_moderator_to_the_queue(moderator, logged_in):
    answer = logged_in(moderator).get(reverse("accounts:home"))

    assert answer.url == reverse("buyers:moderation-queue")


def test_home_leads_a_buyer_to_the_shop_and_remembers_the_organisation(buyer, logged_in):
    client = logged_in(buyer)

    answer = client.get(reverse("accounts:home"))

    assert answer.url == reverse("offers:offer-list")
    assert client.session["organisation_name"] == "Tidewater Museum"


def test_home_leads_a_buyer_without_an_organisation_to_opening_one(db, logged_in):
    answer = logged_in(factories.make_user()).get(reverse("accounts:home"))

    assert answer.url == reverse("accounts:organisation-new")


@pytest.mark.parametrize(
    "name", ["accounts:organisation", "accounts:organisation-settings", "accounts:home"]
)
def test_rooms_of_organisations_ask_for_a_log_in(client, db, name):
    answer = client.get(reverse(name))

    assert answer.url.startswith(reverse("account_login"))


def test_the_organisation_page_does_not_exist_for_hat_owners(owner, logged_in):
    answer = logged_in(owner.user).get(reverse("accounts:organisation"))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "name",
    ["accounts:organisation", "buyers:order-list", "buyers:order-new", "fulfilment:dataset-list"],
)
def test_a_person_without_an_organisation_is_led_to_opening_one(db, logged_in, name):
    answer = logged_in(factories.make_user()).get(reverse(name), follow=True)

    query = QueryDict(mutable=True)
    query["next"] = reverse(name)
    assert answer.redirect_chain == [
        (f"{reverse('accounts:organisation-new')}?{query.urlencode()}", 302)
    ]
    assert "You belong to no organisation yet." in answer.content.decode()


def test_a_form_of_a_person_without_an_organisation_leads_there_and_does_nothing(db, logged_in):
    answer = logged_in(factories.make_user()).post(
        reverse("accounts:invitation-new"), {"email": "a@example.org", "role": "buyer"}
    )

    assert answer.url == reverse("accounts:organisation-new")
    assert not Invitation.objects.exists()


def test_a_part_of_a_page_leads_the_whole_browser_there(db, logged_in):
    answer = logged_in(factories.make_user()).get(
        reverse("buyers:order-new"), headers={"HX-Request": "true"}
    )

    assert answer["HX-Redirect"] == reverse("accounts:organisation-new")


def test_the_rooms_of_buyers_do_not_exist_for_a_moderator_of_no_organisation(moderator, logged_in):
    answer = logged_in(moderator).get(reverse("buyers:order-list"))

    assert answer.status_code == 404


def test_a_session_forgets_an_organisation_its_person_was_removed_from(buyer, logged_in):
    client = logged_in(buyer)
    client.get(reverse("accounts:organisation"))
    Membership.objects.all().delete()

    answer = client.get(reverse("accounts:organisation"))

    assert answer.url.startswith(reverse("accounts:organisation-new"))
    assert client.session["organisation_name"] == ""


def test_a_session_goes_on_with_the_organisation_that_is_left(buyer, organisation, logged_in):
    second = factories.make_organisation("Second Ltd")
    Membership.objects.create(user=buyer, organisation=second, role=Role.VIEWER)
    client = logged_in(buyer)
    client.get(reverse("accounts:organisation"))
    Membership.objects.filter(organisation=organisation).delete()

    page = client.get(reverse("accounts:organisation"))

    assert page.context["organisation"] == second


def test_a_forged_choice_in_the_session_opens_no_foreign_organisation(
    buyer, organisation, stranger, logged_in
):
    client = logged_in(buyer)
    session = client.session
    session["organisation_slug"] = stranger.memberships.get().organisation.slug
    session.save()

    page = client.get(reverse("accounts:organisation"))

    assert page.context["organisation"] == organisation


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https:evil.example"])
def test_log_in_never_leads_to_another_site(db, client, target):
    person = factories.make_user()

    answer = client.post(
        reverse("account_login") + f"?next={target}",
        {"login": person.email, "password": factories.PASSWORD, "next": target},
    )

    assert answer.url == reverse("accounts:home")
