"""Messages to publishers: written, passed on by mail, reported, forgotten."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts import audit, notifications
from accounts.audit import Action
from accounts.models import Membership, Organisation, OrganisationStatus, Role, User
from common import language, outbox
from common.errors import NotAllowed
from common.language import gettext as _
from common.language import gettext_noop
from offers.access import messages as access
from offers.errors import TooManyMessages
from offers.models import Message, Offer

MOST_A_DAY = 5  # of one organisation, whoever of it writes
KEPT_FOR = timedelta(days=90)
_DAY = timedelta(days=1)


@transaction.atomic
def write_message(  # one keyword a column
    *,
    membership: Membership,
    publisher: Organisation | None,
    offer: Offer | None,
    subject: str,
    text: str,
    at: datetime,
) -> Message:
    """Keep a message for a while, pass it on by mail, and tell those it is for.

    The same words sent again by the same person within a day are one message.

    :param publisher: ``None`` is the market itself: moderators read it.
    :raises NotAllowed: the writer's organisation is suspended, or is the publisher itself.
    :raises TooManyMessages: it wrote as many today as one may.
    """
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    said = {"publisher": publisher, "offer": offer, "subject": subject, "text": text}
    lately = organisation.messages_sent.filter(written_by=membership.user, created_at__gt=at - _DAY)
    if sent_before := lately.filter(**said).first():
        return sent_before
    _refuse_writer(organisation, publisher=publisher, at=at)
    message = Message.objects.create(
        organisation=organisation,
        written_by=membership.user,
        created_at=at,
        ends_at=at + KEPT_FOR,
        **said,
    )
    _record(Action.MESSAGE_WRITTEN, message, by=membership.user, at=at)
    _tell(
        message,
        _readers(publisher),
        subject=gettext_noop("{organisation} wrote to you"),
        line=gettext_noop("{subject}. Read it and answer within 90 days."),
        key=f"message:{message.pk}",
    )
    if publisher is not None:
        outbox.enqueue("offers.mail_message", message_id=message.pk)
    return message


def mail_message(*, message: Message) -> None:
    """Send it to the publisher's contact, unless it has left already; an answer goes to who wrote.

    The mailbox is written to in the language of the publisher's first owner.

    :param message: with publisher, organisation, writer and offer.
    """
    if message.mailed_at or message.publisher is None:
        return
    first = next(iter(_readers(message.publisher)), None)
    with language.override(first.language if first else ""):
        _send(message, to=message.publisher.contact_email)
    Message.objects.filter(pk=message.pk).update(mailed_at=timezone.now())


def _send(message: Message, *, to: str) -> None:
    url = settings.SITE_URL + reverse("offers:message", args=[message.reference])
    context = {"message": message, "url": url}
    sender = " ".join(message.organisation.name.split())
    mail = EmailMultiAlternatives(
        subject=_("{organisation} wrote to you: {subject}").format(
            organisation=sender, subject=message.get_subject_display()
        ),
        body=render_to_string("emails/message.txt", context),
        to=[to],
        reply_to=[message.written_by.email] if message.written_by.email else [],
    )
    mail.attach_alternative(render_to_string("emails/message.html", context), "text/html")
    mail.send()


@transaction.atomic
def report_message(*, message: Message, by: User, at: datetime) -> Message:
    """Let moderators read it. Reporting twice is reporting once.

    :raises NotFound: not an owner of the publisher that it was written to.
    """
    access.require_reader(by, message)
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.reported_at:
        return message
    message.reported_at = at
    message.save(update_fields=["reported_at"])
    _record(Action.MESSAGE_REPORTED, message, by=by, at=at)
    _tell(
        message,
        _moderators(),
        subject=gettext_noop("A message of {organisation} is reported"),
        line=gettext_noop("{subject}. You can read it now."),
        key=f"message:{message.pk}:reported",
    )
    return message


def forget_messages(*, at: datetime) -> int:
    """Delete those whose time is over; how many those were."""
    return Message.objects.filter(ends_at__lte=at).delete()[0]


def _refuse_writer(
    organisation: Organisation, *, publisher: Organisation | None, at: datetime
) -> None:
    name = organisation.name
    if organisation.status == OrganisationStatus.SUSPENDED:
        raise NotAllowed(
            _("{organisation} is suspended, so it cannot write to others.").format(
                organisation=name
            )
        )
    if publisher is not None and publisher.pk == organisation.pk:
        raise NotAllowed(_("This is your own organisation. Switch to another one to write to it."))
    if organisation.messages_sent.filter(created_at__gt=at - _DAY).count() >= MOST_A_DAY:
        raise TooManyMessages(
            _("{organisation} wrote {number} messages within a day. Try again tomorrow.").format(
                organisation=name, number=MOST_A_DAY
            )
        )


def _readers(publisher: Organisation | None) -> Iterable[User]:
    if publisher is None:
        return _moderators()
    owners = publisher.memberships.filter(role=Role.OWNER)
    return User.objects.filter(is_active=True, pk__in=owners.values("user")).order_by("pk")


def _moderators() -> Iterable[User]:
    return User.objects.filter(is_active=True, is_moderator=True).order_by("pk")


def _tell(message: Message, people: Iterable[User], *, subject: str, line: str, key: str) -> None:
    """:param subject: English, with a place for the name of the organisation that wrote.

    :param line: English, with a place for what the message is about.
    """
    name = message.organisation.name
    notifications.notify(
        people,
        notice="message",
        subject=lambda: _(subject).format(organisation=name),
        line=lambda: _(line).format(subject=message.get_subject_display()),
        link=reverse("offers:message", args=[message.reference]),
        key=key,
    )


def _record(action: Action, message: Message, *, by: User, at: datetime) -> None:
    to = {"publisher_id": message.publisher_id, "offer_id": message.offer_id}
    audit.record(action, message, at=at, actor=by, organisation=message.organisation, **to)
