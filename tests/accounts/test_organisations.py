"""Opening an organisation and changing its settings."""

import pytest
from django.urls import reverse

from accounts.actions import organisations
from accounts.models import AuditEntry, Membership, Organisation, OrganisationStatus, Role
from common.errors import NotAllowed, NotFound
from common.money import Money
from tests import factories
from tests.factories import NOON

FACTS = {
    "name": "Tidewater Museum",
    "kind": "Museum or gallery",
    "city": "Bristol",
    "country": "GB",
    "website": "https://tidewater.example",
    "contact_email": "data@tidewater.example",
    "registration": "1071234",
}


@pytest.fixture
def founder(db):
    return factories.make_user("Olu Baptiste")


def test_create_organisation_makes_its_founder_the_owner_of_an_unverified_organisation(founder):
    opened = organisations.create_organisation(by=founder, at=NOON, **FACTS)

    assert (opened.slug, opened.status) == ("tidewater-museum", OrganisationStatus.UNVERIFIED)
    assert opened.memberships.get().user == founder
    assert opened.memberships.get().role == Role.OWNER


def test_create_organisation_leaves_a_trace(founder):
    opened = organisations.create_organisation(by=founder, at=NOON, **FACTS)

    entries = AuditEntry.objects.filter(organisation=opened).order_by("pk")
    assert [e.action for e in entries] == ["organisation.created", "member.joined"]
    assert {e.actor for e in entries} == {founder}


def test_create_organisation_gives_the_second_of_a_name_another_slug(founder):
    other = factories.make_user()
    first = organisations.create_organisation(by=founder, at=NOON, **FACTS)
    second = organisations.create_organisation(by=other, at=NOON, **FACTS)

    assert second.slug.startswith("tidewater-museum-")
    assert second.pk != first.pk


def test_a_website_is_taken_as_people_say_it(founder, logged_in):
    client, form = logged_in(founder), reverse("accounts:organisation-new")
    page = client.get(form).content.decode()

    client.post(form, FACTS | {"website": "tidewater.example/visit"})

    assert 'type="url"' not in page  # whose browsers send nothing without https://
    assert Organisation.objects.get().website == "https://tidewater.example/visit"


def test_create_organisation_twice_by_the_same_person_is_once(founder):
    first = organisations.create_organisation(by=founder, at=NOON, **FACTS)
    second = organisations.create_organisation(by=founder, at=NOON, **FACTS)

    assert first == second
    assert Membership.objects.count() == 1


def test_create_organisation_of_a_name_without_latin_letters_has_a_slug(founder):
    opened = organisations.create_organisation(by=founder, at=NOON, **(FACTS | {"name": "美術館"}))

    assert opened.slug == "organisation"


def test_create_organisation_refuses_a_hat_owner(owner):
    with pytest.raises(NotFound):
        organisations.create_organisation(by=owner.user, at=NOON, **FACTS)

    assert not Organisation.objects.exists()


def test_create_organisation_refuses_a_moderator(moderator):
    with pytest.raises(NotFound):
        organisations.create_organisation(by=moderator, at=NOON, **FACTS)

    assert not Organisation.objects.exists()


def test_organisation_new_opens_it_and_remembers_it_in_the_session(founder, logged_in):
    client = logged_in(founder)

    answer = client.post(reverse("accounts:organisation-new"), FACTS)

    assert answer.url == reverse("accounts:organisation")
    assert client.session["organisation_name"] == "Tidewater Museum"


def test_organisation_new_goes_on_where_the_person_wanted_to_be(founder, logged_in):
    client = logged_in(founder)
    wanted = "/orders/new/?offer=HM-2345678&places=50"
    page = client.get(reverse("accounts:organisation-new"), {"next": wanted})

    answer = client.post(
        reverse("accounts:organisation-new"), FACTS | {"next": page.context["next_path"]}
    )

    assert answer.url == wanted


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "x"]
)
def test_organisation_new_goes_on_to_no_other_site(founder, logged_in, target):
    answer = logged_in(founder).post(reverse("accounts:organisation-new"), FACTS | {"next": target})

    assert answer.url == reverse("accounts:organisation")


def test_organisation_new_says_what_is_missing_and_opens_nothing(founder, logged_in):
    answer = logged_in(founder).post(reverse("accounts:organisation-new"), {"name": "X"})

    assert answer.status_code == 422
    assert "city" in answer.context["form"].errors
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("extra", [{"status": "verified"}, {"verified_at": "2026-01-01"}])
def test_organisation_new_takes_no_fields_it_does_not_ask_for(founder, logged_in, extra):
    logged_in(founder).post(reverse("accounts:organisation-new"), FACTS | extra)

    opened = Organisation.objects.get()
    assert (opened.status, opened.verified_at) == (OrganisationStatus.UNVERIFIED, None)


def test_change_settings_keeps_the_limit_in_pence(owner_member, organisation):
    organisations.change_settings(
        by=owner_member,
        approval_above=Money(50_000),
        contact_email="new@tidewater.example",
        shows_address=True,
        website="",
        at=NOON,
    )

    organisation.refresh_from_db()
    assert organisation.approval_above_minor_units == 50_000
    assert organisation.contact_email == "new@tidewater.example"


@pytest.mark.parametrize(
    ("typed", "stored"), [("512.40", 51_240), ("0", 0), ("", None)], ids=["pounds", "zero", "none"]
)
def test_organisation_settings_reads_pounds(owner_member, logged_in, organisation, typed, stored):
    logged_in(owner_member.user).post(
        reverse("accounts:organisation-settings"),
        {"approval_above": typed, "contact_email": "data@tidewater.example", "website": ""},
    )

    organisation.refresh_from_db()
    assert organisation.approval_above_minor_units == stored


def test_organisation_settings_write_and_read_pounds_as_germans_do(
    owner_member, logged_in, organisation
):
    organisation.approval_above_minor_units = 123_450
    organisation.save()
    owner_member.user.language = "de"
    owner_member.user.save()
    browser, url = logged_in(owner_member.user), reverse("accounts:organisation-settings")

    shown = browser.get(url).content.decode()
    browser.post(url, {"approval_above": "512,40", "contact_email": "data@tidewater.example"})

    organisation.refresh_from_db()
    assert 'value="1.234,50"' in shown
    assert organisation.approval_above_minor_units == 51_240


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en-gb", ["Andorra", "Austria", "Germany", "Uruguay"]),
        ("de", ["Deutschland", "Färöer", "Norwegen", "Österreich", "Polen", "Zypern"]),
    ],
)
def test_countries_stand_in_the_order_of_their_names(logged_in, buyer, language, names):
    buyer.language = language
    buyer.save()

    page = logged_in(buyer).get(reverse("accounts:organisation-new")).content.decode()

    places = [page.index(f">{name}</option>") for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize("typed", ["-1", "1.234", "a lot"])
def test_organisation_settings_refuses_what_is_no_amount(
    owner_member, logged_in, organisation, typed
):
    answer = logged_in(owner_member.user).post(
        reverse("accounts:organisation-settings"),
        {"approval_above": typed, "contact_email": "other@tidewater.example"},
    )

    organisation.refresh_from_db()
    assert answer.status_code == 422
    assert organisation.contact_email == "data@tidewater.example"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.BUYER, Role.APPROVER])
def test_organisation_settings_are_for_owners(organisation, logged_in, role):
    person = factories.make_member(organisation, role)

    answer = logged_in(person).post(
        reverse("accounts:organisation-settings"),
        {"approval_above": "1", "contact_email": "other@tidewater.example"},
    )

    organisation.refresh_from_db()
    assert answer.status_code == 403
    assert organisation.approval_above_minor_units is None


def test_change_settings_refuses_while_suspended(owner_member, organisation):
    Organisation.objects.update(status=OrganisationStatus.SUSPENDED)
    owner_member.refresh_from_db()

    with pytest.raises(NotAllowed):
        organisations.change_settings(
            by=owner_member,
            approval_above=None,
            contact_email="x@y.example",
            shows_address=True,
            website="",
            at=NOON,
        )

    organisation.refresh_from_db()
    assert organisation.contact_email == "data@tidewater.example"


def test_the_organisation_page_costs_the_same_for_one_member_and_for_twenty(
    owner_member, organisation, logged_in, django_assert_max_num_queries
):
    client = logged_in(owner_member.user)
    client.get(reverse("accounts:organisation"))
    for _ in range(20):
        factories.make_member(organisation)

    with django_assert_max_num_queries(7):
        answer = client.get(reverse("accounts:organisation"))

    assert len(answer.context["members"]) == 21


def test_switch_makes_another_of_ones_organisations_the_current_one(owner_member, logged_in):
    second = factories.make_organisation("Second Ltd")
    Membership.objects.create(user=owner_member.user, organisation=second, role=Role.VIEWER)
    client = logged_in(owner_member.user)

    client.post(reverse("accounts:organisation-switch"), {"organisation": second.slug})

    page = client.get(reverse("accounts:organisation"))
    assert page.context["organisation"] == second
    assert client.session["organisation_name"] == "Second Ltd"


def test_switch_refuses_an_organisation_that_is_not_ones_own(owner_member, stranger, logged_in):
    foreign = stranger.memberships.get().organisation
    client = logged_in(owner_member.user)

    answer = client.post(reverse("accounts:organisation-switch"), {"organisation": foreign.slug})

    assert answer.status_code == 404
    assert "organisation_slug" not in client.session


def test_every_form_of_the_organisation_page_carries_the_protection_token(
    owner_member, member, logged_in
):
    client = logged_in(owner_member.user)
    client.post(reverse("accounts:invitation-new"), {"email": "a@b.example", "role": "buyer"})

    page = client.get(reverse("accounts:organisation")).content.decode()
    main = page[page.index("<main") : page.index("</main>")]

    assert main.count('method="post"') == main.count("csrfmiddlewaretoken") == 6
