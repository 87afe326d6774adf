"""Messages to publishers: written in a form, mailed by number, read by few, forgotten."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Membership, Notification, OrganisationStatus, Role
from common.models import OutboxMessage
from offers.models import Message, Offer
from offers.tasks import forget_messages, mail_message
from tests import factories
from tests.outbox import run_outbox

TEXT = "Do the songs carry the time zone\nof the person, or of the service?"


@pytest.fixture
def publisher(db):
    return factories.make_organisation("Harbour University", contact_email="data@harbour.example")


@pytest.fixture
def reader(publisher):
    """An owner of the publisher."""
    return factories.make_member(publisher, Role.OWNER, name="Pat Reader")


@pytest.fixture
def offer(publisher):
    return factories.make_version(offer=factories.make_offer(publisher=publisher)).offer


def write(client, user, offer, **changes):
    client.force_login(user)
    form = {"subject": "data", "text": TEXT} | changes
    return client.post(reverse("offers:offer-write", args=[offer.slug]), form)


def page_of(message):
    return reverse("offers:message", args=[message.reference])


def text_of(response):
    return " ".join(response.content.decode().split())


def test_a_message_is_mailed_to_the_publisher_and_the_answer_goes_to_who_wrote(
    client, buyer, offer, reader, mailoutbox
):
    assert write(client, buyer, offer).status_code == 302
    run_outbox()

    (mail,) = [mail for mail in mailoutbox if mail.to == ["data@harbour.example"]]
    assert mail.reply_to == [buyer.email]
    assert mail.subject.startswith("Tidewater Museum wrote to you: The data")
    assert TEXT in mail.body
    assert f"{settings.SITE_URL}{page_of(Message.objects.get())}" in mail.body


def test_the_mail_leaves_once_however_often_it_is_asked_for(client, buyer, offer, mailoutbox):
    write(client, buyer, offer)
    run_outbox()

    mail_message(message_id=Message.objects.get().pk)

    assert len([mail for mail in mailoutbox if mail.to == ["data@harbour.example"]]) == 1


def test_the_words_are_in_no_task_and_no_notice(client, buyer, offer, reader):
    write(client, buyer, offer)

    for row in OutboxMessage.objects.all():
        assert "songs" not in str(row.arguments)
    notice = Notification.objects.get(user=reader)
    assert notice.subject == "Tidewater Museum wrote to you"
    assert "songs" not in notice.line


def test_the_publisher_s_owners_read_it_behind_their_notice(client, buyer, offer, reader):
    write(client, buyer, offer)
    client.force_login(reader)

    page = client.get(Notification.objects.get(user=reader).link)

    assert "Do the songs carry the time zone" in page.content.decode()
    assert buyer.email in page.content.decode()


def test_the_form_says_what_the_reader_will_see(client, buyer, offer):
    client.force_login(buyer)

    text = text_of(client.get(reverse("offers:offer-write", args=[offer.slug])))

    assert f"your e-mail address {buyer.email}, and answers you there" in text


def test_the_address_of_the_publisher_is_nowhere_for_who_writes(client, buyer, offer):
    write(client, buyer, offer)

    for address in (
        reverse("offers:offer-write", args=[offer.slug]),
        page_of(Message.objects.get()),
        reverse("offers:offer-detail", args=[offer.slug]),
    ):
        assert "data@harbour.example" not in client.get(address).content.decode()


def test_a_message_about_the_market_s_own_shelf_goes_to_the_moderators(
    client, buyer, version, moderator, mailoutbox
):
    write(client, buyer, version.offer)
    run_outbox()

    assert Notification.objects.get().user == moderator
    client.force_login(moderator)
    assert "time zone" in client.get(page_of(Message.objects.get())).content.decode()


@pytest.mark.parametrize(
    "changes",
    [{"text": "Too short"}, {"text": "x" * 2001}, {"subject": ""}, {"subject": "sale"}],
    ids=["short", "long", "no subject", "another subject"],
)
def test_what_is_no_message_is_not_sent(client, buyer, offer, changes):
    assert write(client, buyer, offer, **changes).status_code == 422
    assert not Message.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_line_ends_count_once_as_in_the_browser(client, buyer, offer):
    write(client, buyer, offer, text="x\r\n" * 999 + "xx")

    assert len(Message.objects.get().text) == 2000


def test_the_sixth_message_within_a_day_waits_whoever_writes_it(client, buyer, approver, offer):
    for number in range(5):
        write(client, buyer, offer, text=f"{TEXT} {number}")

    answer = write(client, approver, offer)

    assert answer.status_code == 422
    assert "Tidewater Museum wrote 5 messages within a day" in answer.content.decode()
    assert "Do the songs carry" in answer.content.decode()
    assert Message.objects.count() == 5
    Message.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert write(client, approver, offer).status_code == 302


def test_a_message_sent_twice_is_one(client, buyer, offer):
    for _ in range(2):
        write(client, buyer, offer)

    assert Message.objects.count() == 1


def test_nobody_writes_to_the_own_organisation(client, reader, offer):
    assert write(client, reader, offer).status_code == 422
    assert not Message.objects.exists()


def test_a_suspended_organisation_writes_to_nobody(client, buyer, organisation, offer):
    organisation.status = OrganisationStatus.SUSPENDED
    organisation.save()

    assert write(client, buyer, offer).status_code == 422
    assert not Message.objects.exists()


def test_a_visitor_is_asked_to_log_in(client, offer):
    address = reverse("offers:offer-write", args=[offer.slug])

    assert client.get(address).headers["Location"].startswith(reverse("account_login"))


def test_the_publisher_s_page_leads_to_a_form_too(client, buyer, offer, publisher):
    client.force_login(buyer)
    form = reverse("offers:publisher-write", args=[publisher.slug])
    page = client.get(reverse("offers:publisher", args=[publisher.slug])).content.decode()

    client.post(form, {"subject": "other", "text": TEXT})

    assert form in page
    assert Message.objects.get().publisher == publisher


# -- who reads it -------------------------------------------------------------------------------


def test_strangers_colleagues_and_moderators_do_not_read_it(
    client, buyer, approver, stranger, moderator, owner, offer
):
    write(client, buyer, offer)
    message = Message.objects.get()

    for user in (stranger, approver, moderator, owner.user):
        client.force_login(user, backend="hats.backends.HatBackend")
        assert client.get(page_of(message)).status_code == 404


def test_who_wrote_about_a_private_offer_learns_no_newer_address_of_it(
    client, buyer, offer, reader
):
    write(client, buyer, offer)
    Offer.objects.filter(pk=offer.pk).update(invitation_code="NEW", slug="invited-new")
    page = page_of(Message.objects.get())

    assert "invited-new" not in client.get(page).content.decode()
    client.force_login(reader)
    assert "invited-new" in client.get(page).content.decode()


def test_a_reported_message_is_read_by_moderators(client, buyer, offer, reader, moderator):
    write(client, buyer, offer)
    message = Message.objects.get()
    client.force_login(reader)

    for _ in range(2):
        client.post(reverse("offers:message-report", args=[message.reference]))

    assert AuditEntry.objects.filter(action="message.reported", actor=reader).count() == 1
    notice = Notification.objects.get(user=moderator)
    assert notice.subject == "A message of Tidewater Museum is reported"
    assert notice.line == "The data: what is in it, and what is not. You can read it now."
    client.force_login(moderator)
    assert "time zone" in client.get(notice.link).content.decode()


@pytest.mark.parametrize("who", ["writer", "viewer of the publisher"])
def test_only_owners_of_the_publisher_report(client, buyer, offer, publisher, who):
    write(client, buyer, offer)
    message = Message.objects.get()
    if who != "writer":
        client.force_login(factories.make_member(publisher, Role.VIEWER))

    answer = client.post(reverse("offers:message-report", args=[message.reference]))

    assert answer.status_code == 404
    assert not Message.objects.exclude(reported_at=None).exists()


def test_who_left_the_publisher_reads_it_no_more(client, buyer, offer, reader):
    write(client, buyer, offer)
    Membership.objects.filter(user=reader).delete()
    client.force_login(reader)

    assert client.get(page_of(Message.objects.get())).status_code == 404


def test_after_ninety_days_it_is_forgotten_and_a_late_mail_has_nothing_to_send(
    client, buyer, offer, mailoutbox
):
    write(client, buyer, offer)
    forget_messages()
    assert Message.objects.exists()
    now = timezone.now()
    Message.objects.update(created_at=now - timedelta(days=91), ends_at=now - timedelta(days=1))

    forget_messages()
    run_outbox()

    assert not Message.objects.exists()
    assert mailoutbox == []
