"""Data that is not on the shelf: asked for, answered, closed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Notification, Organisation, Role
from common.errors import InvalidTransition, NotAllowed, NotFound
from offers.actions import requests
from offers.errors import ReasonMissing, TooManyKept
from offers.models import DataRequest, DataRequestStatus, Offer
from tests import factories

NOON = factories.NOON
FORM = {
    "title": "Bird song in gardens",
    "what": "Recordings of the dawn chorus, with the day and the county.",
    "purpose": "AcademicResearch",
    "why": "How early birds sing beside roads.",
    "people": "1,500",
    "budget": "2000.50",
}


@pytest.fixture
def asked(buyer):
    question = requests.Question(
        title="Bird song", what="x", purpose="AcademicResearch", why="x", people=50
    )
    membership = buyer.memberships.get()
    return requests.ask_for_data(membership=membership, question=question, at=NOON)


@pytest.fixture
def publisher(db):
    """The owner of an organisation that has an offer on the shelf."""
    organisation = factories.make_organisation("Harbour University")
    offer = Offer.objects.create(
        slug="birds", category=factories.make_category(), publisher=organisation
    )
    factories.make_version(offer=offer, title="Songs of birds")
    return factories.make_member(organisation, Role.OWNER)


def _offer_of(publisher):
    return Offer.objects.get(publisher=publisher.memberships.get().organisation)


def test_where_nothing_fits_the_page_leads_to_the_form(client, buyer, version):
    client.force_login(buyer)

    page = client.get("/offers/", {"q": "birds"}).content.decode()
    form = client.get(reverse("offers:request-new"), {"q": "birds"}).content.decode()

    assert f"{reverse('offers:request-new')}?q=birds" in page
    assert 'value="birds"' in form


def test_no_use_is_asked_for_that_nobody_chose(client, buyer):
    client.force_login(buyer)
    form = reverse("offers:request-new")

    answer = client.post(form, {name: text for name, text in FORM.items() if name != "purpose"})

    assert '<option value="" selected>Please choose</option>' in client.get(form).content.decode()
    assert answer.status_code == 422
    assert not DataRequest.objects.exists()


def test_a_request_is_asked_and_moderators_and_publishers_are_told(
    client, buyer, moderator, publisher, stranger
):
    client.force_login(buyer)

    client.post(reverse("offers:request-new"), FORM)

    request = DataRequest.objects.get()
    assert (request.people, request.budget_minor_units) == (1_500, 200_050)
    assert request.status == DataRequestStatus.OPEN
    assert {notice.user for notice in Notification.objects.all()} == {moderator, publisher}
    assert AuditEntry.objects.get(action="request.asked").to_status == "open"


@pytest.mark.parametrize(
    "wrong", [{"people": "3"}, {"purpose": "Curiosity"}, {"what": ""}, {"budget": "-1"}]
)
def test_what_is_not_said_rightly_is_asked_again(client, buyer, wrong):
    client.force_login(buyer)

    answer = client.post(reverse("offers:request-new"), FORM | wrong)

    assert answer.status_code == 422
    assert not DataRequest.objects.exists()


def test_one_open_request_too_many_is_refused(buyer, asked, monkeypatch):
    monkeypatch.setattr(requests, "MOST_OPEN", 1)
    question = requests.Question(title="x", what="x", purpose="x", why="x", people=50)

    with pytest.raises(TooManyKept):
        requests.ask_for_data(membership=buyer.memberships.get(), question=question, at=NOON)

    assert DataRequest.objects.count() == 1


def test_a_request_sent_twice_is_one(client, buyer, publisher):
    client.force_login(buyer)
    for _ in range(2):
        client.post(reverse("offers:request-new"), FORM)

    assert DataRequest.objects.count() == 1
    assert Notification.objects.filter(user=publisher).count() == 1


def test_closing_makes_no_room_for_more_requests_in_a_day(client, buyer, asked, monkeypatch):
    monkeypatch.setattr(requests, "MOST_A_DAY", 1)
    requests.close_request(request=asked, reason="Found.", by=buyer, at=timezone.now())
    client.force_login(buyer)
    DataRequest.objects.update(created_at=timezone.now())

    refused = client.post(reverse("offers:request-new"), FORM)

    assert refused.status_code == 422
    assert FORM["why"] in refused.content.decode()
    assert DataRequest.objects.count() == 1


def test_a_suspended_publisher_neither_hears_of_a_request_nor_reads_it(client, buyer, publisher):
    Organisation.objects.filter(name="Harbour University").update(status="suspended")
    question = requests.Question(
        title="Bird song", what="x", purpose="AcademicResearch", why="x", people=50
    )
    membership = buyer.memberships.get()
    asked = requests.ask_for_data(membership=membership, question=question, at=NOON)
    client.force_login(publisher)

    assert not Notification.objects.filter(user=publisher).exists()
    assert client.get(reverse("offers:request", args=[asked.reference])).status_code == 404
    assert "Bird song" not in client.get(reverse("offers:requests")).content.decode()


def test_a_publisher_answers_with_an_own_offer_and_who_asked_is_told(
    client, buyer, publisher, asked
):
    client.force_login(publisher)
    page = reverse("offers:request", args=[asked.reference])
    assert "Bird song" in client.get(reverse("offers:requests")).content.decode()

    client.post(page, {"offer": _offer_of(publisher).reference})

    asked.refresh_from_db()
    assert (asked.status, asked.offer) == ("answered", _offer_of(publisher))
    notice = Notification.objects.get(user=buyer)
    assert notice.subject == "An offer answers your request “Bird song”"
    assert notice.link == reverse("offers:offer-detail", args=["birds"])
    assert client.get(page).status_code == 404  # answered, it is between the two of them


def test_a_publisher_does_not_answer_with_the_offer_of_another(publisher, asked, version):
    with pytest.raises(NotFound):
        requests.answer_request(request=asked, offer=version.offer, by=publisher, at=NOON)

    asked.refresh_from_db()
    assert asked.status == "open"


def test_a_moderator_answers_with_any_offer(moderator, asked, version):
    requests.answer_request(request=asked, offer=version.offer, by=moderator, at=NOON)

    asked.refresh_from_db()
    assert asked.offer == version.offer


def test_an_offer_nobody_knows_is_said_at_its_field(client, moderator, asked):
    client.force_login(moderator)

    answer = client.post(
        reverse("offers:request", args=[asked.reference]),
        {"offer": "HM-2222222"},
    )

    assert answer.status_code == 422
    assert "There is no such offer on the shelf." in answer.content.decode()


def test_what_is_decided_is_not_decided_again(moderator, asked, version):
    requests.close_request(request=asked, reason="Not lawful.", by=moderator, at=NOON)

    with pytest.raises(InvalidTransition):
        requests.answer_request(request=asked, offer=version.offer, by=moderator, at=NOON)

    asked.refresh_from_db()
    assert (asked.status, asked.offer) == ("closed", None)


def test_a_moderator_closes_with_a_reason_that_who_asked_reads(client, buyer, moderator, asked):
    requests.close_request(request=asked, reason="Not lawful.", by=moderator, at=NOON)
    client.force_login(buyer)

    assert Notification.objects.get(user=buyer).line == "Not lawful."
    page = client.get(reverse("offers:request", args=[asked.reference])).content.decode()
    assert "Not lawful." in page


def test_who_left_hears_nothing_more_and_the_owners_do(organisation, buyer, moderator, asked):
    head = factories.make_member(organisation, Role.OWNER)
    buyer.memberships.all().delete()

    requests.close_request(request=asked, reason="Not lawful.", by=moderator, at=NOON)

    told = Notification.objects.filter(notice="request_closed")
    assert [(one.user, one.line) for one in told] == [(head, "Not lawful.")]


def test_an_owner_who_closes_for_a_former_colleague_is_not_told(organisation, buyer, asked):
    head = factories.make_member(organisation, Role.OWNER)
    buyer.memberships.all().delete()

    requests.close_request(request=asked, reason="Found.", by=head, at=NOON)

    assert not Notification.objects.filter(notice="request_closed").exists()


def test_closing_without_a_reason_is_refused(moderator, asked):
    with pytest.raises(ReasonMissing):
        requests.close_request(request=asked, reason=" ", by=moderator, at=NOON)

    asked.refresh_from_db()
    assert asked.status == "open"


def test_a_close_without_words_is_asked_for_them(client, moderator, asked):
    client.force_login(moderator)

    answer = client.post(reverse("offers:request", args=[asked.reference]), {"reason": ""})

    assert answer.status_code == 422
    asked.refresh_from_db()
    assert asked.status == "open"


def test_who_asked_takes_it_back_and_a_viewer_does_not(client, organisation, buyer, asked):
    viewer = factories.make_member(organisation, Role.VIEWER)
    client.force_login(viewer)
    page = client.get(reverse("offers:request", args=[asked.reference])).content.decode()
    assert "Close this request" not in page
    with pytest.raises(NotAllowed):
        requests.close_request(request=asked, reason="Found.", by=viewer, at=NOON)

    requests.close_request(request=asked, reason="Found.", by=buyer, at=NOON)

    asked.refresh_from_db()
    assert asked.status == "closed"
    assert not Notification.objects.filter(user=buyer).exists()


def test_an_organisation_that_publishes_nothing_sees_no_request_of_others(client, stranger, asked):
    client.force_login(stranger)

    assert client.get(reverse("offers:request", args=[asked.reference])).status_code == 404
    assert "Bird song" not in client.get(reverse("offers:requests")).content.decode()


def test_two_hundred_requests_are_told_page_by_page_at_the_cost_of_one(
    client, moderator, asked, django_assert_num_queries
):
    client.force_login(moderator)
    fields = {"organisation": asked.organisation, "asked_by": asked.asked_by, "people": 50}
    DataRequest.objects.bulk_create(DataRequest(**fields, title=f"Song {n}") for n in range(200))
    queue = reverse("offers:moderation-requests")
    client.get(queue)

    with django_assert_num_queries(4):
        first = client.get(queue)
    last = client.get(queue, {"page": 9})

    assert len(first.context["page"].object_list) == 25
    assert "Song 199" in last.content.decode()
