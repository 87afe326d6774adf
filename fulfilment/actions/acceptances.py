"""A HAT owner's yes, its end, and the quiet no."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts import notifications
from accounts.audit import Action
from buyers.actions import lines
from buyers.models import OrderLine
from common import sealing
from common.language import gettext as _
from common.language import gettext_noop
from fulfilment import audit
from fulfilment.actions import consents, datasets, endings
from fulfilment.actions.yeses import write_yes
from fulfilment.errors import AcceptedBefore, CardChanged, HatNotConnected
from fulfilment.models import (
    Acceptance,
    AcceptanceStatus,
    Decline,
    Retrieval,
    RetrievalStatus,
)
from fulfilment.queries.acceptances import card_of
from fulfilment.queries.owner import is_for
from hats.models import HatOwner, HatOwnerStatus

CONFIRM_WITHIN = timedelta(days=14)  # the HAT's owner may be away; the place waits no longer
_LIVE = (AcceptanceStatus.ACCEPTED, AcceptanceStatus.CONFIRMED, AcceptanceStatus.FULFILLED)
_BATCH = 500


def accept_offer(
    *, order_line: OrderLine, hat_owner: HatOwner, card_hash: str, at: datetime
) -> Acceptance:
    """Write down a yes with everything that follows from it; the HAT is asked after the commit.

    The same yes again (a double click, a second tab) returns the first one. An earlier "no
    thanks" may be reconsidered. The place is taken last, so that the line, which everybody
    wants, is locked for a moment only.

    :param card_hash: of the card that the owner read; in another language than that of the
        moment, it is another card.
    :raises HatNotConnected: the HAT is frozen or disconnected.
    :raises CardChanged: the card of now says something else.
    :raises AcceptedBefore: the owner said yes before, and it has ended; or to an earlier order of
        the same, where the organisation asks new people alone.
    :raises LineFull: every place is taken.
    :raises LineNotOpen: paused, closed, or past its closing time.
    """
    if hat_owner.status != HatOwnerStatus.CONNECTED:
        raise HatNotConnected
    shown = card_of(order_line)
    if shown.sha256 != card_hash:
        raise CardChanged
    if not is_for(order_line, hat_owner):
        raise AcceptedBefore(
            _(
                "You take part in this already: {organisation} asks only people here who have not"
                " shared it with them before."
            ).format(organisation=order_line.order.organisation.name)
        )
    acceptance = Acceptance(
        order_line=order_line,
        hat_owner=hat_owner,
        accepted_at=at,
        confirm_by=at + CONFIRM_WITHIN,
    )
    consent = consents.freeze(acceptance, shown=shown)
    key = sealing.wrap(sealing.new_data_key(), context=f"acceptance:{acceptance.uid}")
    try:
        with transaction.atomic():
            write_yes(acceptance, consent, wrapped_key=key)
            lines.take_place(order_line_id=order_line.pk, at=at)
    except IntegrityError:
        return _accepted_before(order_line, hat_owner)
    return acceptance


def _accepted_before(order_line: OrderLine, hat_owner: HatOwner) -> Acceptance:
    """Return the living yes that stood in the way of a second one.

    :raises AcceptedBefore: it is not living any more.
    """
    before = Acceptance.objects.exclude(status=AcceptanceStatus.LAPSED).get(
        order_line=order_line, hat_owner=hat_owner
    )
    if before.status in _LIVE:
        return before
    raise AcceptedBefore(
        _(
            "You have taken part in this offer before, and each person can do so once."
            " You find it under My data."
        )
    )


@transaction.atomic
def decline_offer(*, order_line: OrderLine, hat_owner: HatOwner, at: datetime) -> Decline:
    """Not for me: the line is not shown to this owner again, and nobody else learns of it."""
    decline, created = Decline.objects.get_or_create(
        order_line=order_line, hat_owner=hat_owner, defaults={"declined_at": at}
    )
    if created:
        audit.record_quietly(Action.OFFER_DECLINED, decline, owner=hat_owner, at=at)
    return decline


@transaction.atomic
def withdraw_acceptance(*, acceptance: Acceptance, at: datetime) -> Acceptance:
    """Stop sharing, in this very transaction and for good; asked twice, it is done once.

    Reading stops, the person's key is destroyed, revisions that hold the person are taken back.
    Before the first delivery the place reopens; after it the reward stays the owner's.

    :raises InvalidTransition: it had lapsed, so nothing was ever shared.
    """
    line = endings.lock_line(acceptance.order_line_id)
    (acceptance,) = endings.lock_acceptances([acceptance.pk], line=line)
    if acceptance.status == AcceptanceStatus.WITHDRAWN:
        return acceptance
    endings.finish([acceptance], endings.WITHDRAW, line=line, at=at, by_owner=True)
    datasets.withdraw_person(acceptance=acceptance, at=at)
    _tell(
        acceptance,
        what="withdrawn",
        subject=gettext_noop("You stopped sharing: {title}"),
        sentence=gettext_noop(
            "Nothing more is read for {buyer}, and your key is destroyed. Switch the data debit"
            " off on your HAT as well: until then it is still listed there."
        ),
    )
    return acceptance


@transaction.atomic
def lapse_acceptance(*, acceptance: Acceptance, at: datetime, sentence: str) -> None:
    """Give up waiting for the HAT, and tell the owner why; past that point, change nothing.

    :param sentence: marked; it is said in the owner's language.
    """
    line = endings.lock_line(acceptance.order_line_id)
    (acceptance,) = endings.lock_acceptances([acceptance.pk], line=line)
    if acceptance.status != AcceptanceStatus.ACCEPTED:
        return
    endings.finish([acceptance], endings.LAPSE, line=line, at=at)
    subject = gettext_noop("Your yes did not reach your HAT: {title}")
    _tell(acceptance, what="lapsed", subject=subject, sentence=sentence)


@transaction.atomic
def end_acceptance(*, acceptance: Acceptance, at: datetime, sentence: str) -> None:
    """The period is over, or nothing can be delivered any more; ended twice is ended once.

    :param sentence: marked; it is said in the owner's language.
    """
    line = endings.lock_line(acceptance.order_line_id)
    (acceptance,) = endings.lock_acceptances([acceptance.pk], line=line)
    if AcceptanceStatus.ENDED not in Acceptance.TRANSITIONS[acceptance.status]:
        return
    end_locked([acceptance], line=line, at=at, sentence=sentence)


def end_locked(
    acceptances: list[Acceptance], *, line: OrderLine, at: datetime, sentence: str
) -> None:
    """As ``end_acceptance``, for acceptances of a line that the caller has locked."""
    endings.finish(acceptances, endings.END, line=line, at=at)
    subject = gettext_noop("Sharing has ended: {title}")
    for acceptance in acceptances:
        _tell(acceptance, what="ended", subject=subject, sentence=sentence)


def lapse_unconfirmed(*, at: datetime) -> int:
    """Let each yes lapse that its HAT has not confirmed in time; the number that did."""
    rows = (
        Acceptance.objects.filter(status=AcceptanceStatus.ACCEPTED, confirm_by__lte=at)
        .order_by("confirm_by", "pk")
        .only("pk", "order_line_id")[:_BATCH]
    )
    late = list(rows)
    for acceptance in late:
        lapse_acceptance(
            acceptance=acceptance,
            at=at,
            sentence=gettext_noop(
                "It was not confirmed on your HAT in time, so your place was given back."
            ),
        )
    return len(late)


@transaction.atomic
def end_line(*, order_line_id: int, at: datetime) -> None:
    """The line is closing: who has not confirmed gives the place back.

    So do all others if so few have confirmed that the smallest group cannot be reached any more.
    """
    line = endings.lock_line(order_line_id)
    waiting = _numbers(line, AcceptanceStatus.ACCEPTED)
    endings.finish(endings.lock_acceptances(waiting, line=line), endings.LAPSE, line=line, at=at)
    end_hopeless_group(line=line, at=at)


def end_hopeless_group(*, line: OrderLine, at: datetime) -> None:
    """End all that is left of a closing line whose smallest group can no longer be reached.

    Nothing was passed on: places go back, keys are destroyed. The caller has locked the line.
    """
    if line.people_delivered:
        return
    confirmed = _numbers(line, AcceptanceStatus.CONFIRMED)
    hopeful = Retrieval.objects.filter(
        debit__acceptance__in=confirmed,
        status__in=[
            RetrievalStatus.DUE,
            RetrievalStatus.LEASED,
            RetrievalStatus.BROKEN,
            RetrievalStatus.STORED,
        ],
    )
    if hopeful.values("debit").distinct().count() >= line.places_minimum:
        return
    end_locked(
        endings.lock_acceptances(confirmed, line=line),
        line=line,
        at=at,
        sentence=gettext_noop(
            "Too few people took part, so nothing was passed on and your data was destroyed."
        ),
    )


def _numbers(line: OrderLine, status: AcceptanceStatus) -> list[int]:
    rows = Acceptance.objects.filter(order_line=line, status=status)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _tell(acceptance: Acceptance, *, what: str, subject: str, sentence: str) -> None:
    """Tell the owner once, in the shop; HAT owners have no address here.

    :param subject: marked, with a place for the ``title``.
    :param sentence: marked; it may have a place for the ``buyer``.
    """
    line = acceptance.order_line
    title, buyer = line.offer_version.title, line.order.organisation.name
    notifications.notify(
        [acceptance.hat_owner.user],
        notice=f"acceptance_{what}",
        subject=lambda: _(subject).format(title=title),
        line=lambda: _(sentence).format(buyer=buyer),
        link=f"/my-data/shared/{acceptance.uid}/",
        key=f"acceptance-{what}:{acceptance.uid}",
    )
