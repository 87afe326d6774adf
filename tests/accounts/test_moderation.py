"""Moderators verify, suspend and restore organisations."""

import pytest
from django.urls import reverse

from accounts.actions import moderation
from accounts.errors import OwnOrganisation
from accounts.models import AuditEntry, Membership, Notification, OrganisationStatus, Role, User
from common.errors import InvalidTransition
from tests import factories
from tests.factories import NOON

DECISIONS = ["verify", "suspend", "restore"]
WHY = {"reason": "identity", "words": "Please send the certificate."}


@pytest.fixture
def unverified(db):
    organisation = factories.make_organisation(
        "Newfound Archive", status=OrganisationStatus.UNVERIFIED, verified_at=None
    )
    factories.make_member(organisation, Role.OWNER)
    return organisation


def decide(client, organisation, decision, data=None):
    name = f"accounts:moderation-organisation-{decision}"
    return client.post(reverse(name, args=[organisation.reference]), data)


def test_verify_confirms_dates_records_and_tells_the_owners(unverified, moderator):
    moderation.verify_organisation(organisation=unverified, by=moderator, at=NOON)

    unverified.refresh_from_db()
    entry = AuditEntry.objects.get()
    assert (unverified.status, unverified.verified_at) == (OrganisationStatus.VERIFIED, NOON)
    assert (entry.from_status, entry.to_status) == ("unverified", "verified")
    assert Notification.objects.get().subject == "Newfound Archive is verified"


def test_verifying_twice_is_refused_and_tells_nobody_again(unverified, moderator, logged_in):
    client = logged_in(moderator)
    decide(client, unverified, "verify")

    answer = decide(client, unverified, "verify")

    assert answer.status_code == 409
    assert Notification.objects.count() == 1


def test_suspend_keeps_the_reason_for_the_organisation(organisation, moderator, logged_in):
    decide(logged_in(moderator), organisation, "suspend", WHY)

    organisation.refresh_from_db()
    assert organisation.status == OrganisationStatus.SUSPENDED
    assert organisation.suspension_reason == (
        "We could not confirm who the organisation is. Please send the certificate."
    )


def test_the_record_of_a_suspension_holds_the_code_and_not_the_words(
    organisation, moderator, logged_in
):
    decide(logged_in(moderator), organisation, "suspend", WHY)

    assert AuditEntry.objects.get().details == {"reason": "identity"}


def test_suspend_asks_for_a_reason(organisation, moderator, logged_in):
    answer = decide(logged_in(moderator), organisation, "suspend", {"reason": "identity"})

    organisation.refresh_from_db()
    assert answer.status_code == 422
    assert organisation.status == OrganisationStatus.VERIFIED


def test_members_of_a_suspended_organisation_read_why(organisation, moderator, buyer, logged_in):
    decide(logged_in(moderator), organisation, "suspend", WHY)

    page = logged_in(buyer).get(reverse("accounts:organisation"))

    assert "Please send the certificate." in page.content.decode()


def test_the_reason_is_in_the_language_of_the_organisations_owner(unverified, moderator, logged_in):
    User.objects.filter(memberships__organisation=unverified).update(language="de")

    decide(logged_in(moderator), unverified, "suspend", WHY)

    unverified.refresh_from_db()
    assert unverified.suspension_reason == (
        "Wir konnten nicht bestätigen, wer die Organisation ist. Please send the certificate."
    )


@pytest.mark.parametrize("verified_at", [None, NOON], ids=["unverified", "verified"])
def test_restore_leads_back_to_where_it_was(moderator, verified_at):
    organisation = factories.make_organisation(
        status=OrganisationStatus.SUSPENDED, verified_at=verified_at, suspension_reason="Because."
    )

    moderation.restore_organisation(organisation=organisation, by=moderator, at=NOON)

    organisation.refresh_from_db()
    expected = OrganisationStatus.VERIFIED if verified_at else OrganisationStatus.UNVERIFIED
    assert (organisation.status, organisation.suspension_reason) == (expected, "")


@pytest.mark.parametrize("status", ["verified", "unverified"])
def test_restore_refuses_what_is_not_suspended(moderator, status):
    organisation = factories.make_organisation(
        status=status, verified_at=NOON if status == "verified" else None
    )

    with pytest.raises(InvalidTransition):
        moderation.restore_organisation(organisation=organisation, by=moderator, at=NOON)

    assert not AuditEntry.objects.exists()


def test_verify_does_not_end_a_suspension(moderator):
    organisation = factories.make_organisation(status=OrganisationStatus.SUSPENDED)

    with pytest.raises(InvalidTransition):
        moderation.verify_organisation(organisation=organisation, by=moderator, at=NOON)

    organisation.refresh_from_db()
    assert organisation.status == OrganisationStatus.SUSPENDED


@pytest.mark.parametrize("decision", DECISIONS)
def test_nobody_decides_about_an_organisation_of_their_own(
    unverified, moderator, logged_in, decision
):
    Membership.objects.create(user=moderator, organisation=unverified, role=Role.VIEWER)

    answer = decide(logged_in(moderator), unverified, decision, WHY)

    unverified.refresh_from_db()
    assert answer.status_code == OwnOrganisation.http_status
    assert unverified.status == OrganisationStatus.UNVERIFIED


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("who", ["buyer", "stranger", "owner"])
def test_decisions_do_not_exist_for_others(request, unverified, logged_in, decision, who):
    person = request.getfixturevalue(who)
    user = person.user if who == "owner" else person

    answer = decide(logged_in(user), unverified, decision, WHY)

    unverified.refresh_from_db()
    assert answer.status_code == 404
    assert unverified.status == OrganisationStatus.UNVERIFIED


@pytest.mark.parametrize("who", ["buyer", "owner"])
def test_the_moderators_pages_do_not_exist_for_others(request, unverified, logged_in, who):
    person = request.getfixturevalue(who)
    client = logged_in(person.user if who == "owner" else person)

    answers = [
        client.get(reverse("accounts:moderation-organisations")),
        client.get(reverse("accounts:moderation-organisation", args=[unverified.reference])),
    ]

    assert [a.status_code for a in answers] == [404, 404]


def test_the_list_filters_by_status_and_words(unverified, organisation, moderator, logged_in):
    client = logged_in(moderator)
    url = reverse("accounts:moderation-organisations")

    by_status = client.get(url, {"status": "unverified"}).context["page"].object_list
    by_words = client.get(url, {"q": "tidewater"}).context["page"].object_list

    assert list(by_status) == [unverified]
    assert list(by_words) == [organisation]


@pytest.mark.parametrize("query", [{"status": "emperor"}, {"page": "x"}, {"page": "99999"}])
def test_the_list_stands_whatever_the_address_says(unverified, moderator, logged_in, query):
    page = logged_in(moderator).get(reverse("accounts:moderation-organisations"), query)

    assert list(page.context["page"].object_list) == [unverified]


def test_the_list_costs_the_same_for_one_organisation_and_for_twenty(
    moderator, logged_in, django_assert_max_num_queries
):
    for _ in range(20):
        factories.make_organisation()
    client = logged_in(moderator)

    with django_assert_max_num_queries(5):
        client.get(reverse("accounts:moderation-organisations"))


def test_the_case_shows_what_happened(unverified, moderator, logged_in):
    client = logged_in(moderator)
    decide(client, unverified, "verify")

    page = client.get(reverse("accounts:moderation-organisation", args=[unverified.reference]))

    assert [e.words for e in page.context["history"]] == [
        "Organisation verified: “Not verified yet” to “Verified”"
    ]
