"""Data debits: proposed to the HAT, then read until its owner has decided. The HAT's word wins."""

import random
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts import notifications
from accounts.audit import Action
from common import language, outbox
from common.language import gettext as _
from common.language import gettext_noop
from fulfilment import audit
from fulfilment.actions import acceptances, consents, endings
from fulfilment.audit import Trail
from fulfilment.models import (
    Acceptance,
    AcceptanceStatus,
    ConsentEvent,
    DataDebit,
    DataDebitStatus,
    Retrieval,
    RetrievalStatus,
)
from fulfilment.queries.acceptances import named_bundle, named_conditions
from hats.actions import talks
from hats.errors import HatBroken, HatNotTrusted, HatRefused, HatUnreachable
from hats.models import HatOwnerStatus
from hats.protocol import DebitRequest, DebitState
from offers.models import Collection

# Right after the owner was sent to the HAT the answer is seconds away; later it is rarely news.
FIRST_WAIT = timedelta(seconds=3)
LONGEST_WAIT = timedelta(hours=6)
_DOUBLINGS = 13
# The role that lets us read a debit is granted after the proposal was answered.
ROLE_GRANT = timedelta(seconds=60)
PURPOSE_LENGTH = 400
_ASKED = (DataDebitStatus.PROPOSED, DataDebitStatus.ENABLED, DataDebitStatus.DISABLED)


class ProposalUnclear(outbox.Retry):
    """The HAT answered the proposal with nonsense: ask again, and read back what came of it."""

    code = "hat_broken"


def propose_debit(*, debit: DataDebit, at: datetime) -> None:
    """Propose an intended debit to its HAT; harmless to repeat, whatever came of the last try.

    The id and the bundle's name are the acceptance's own, so the HAT itself refuses a second one.

    :raises HatUnreachable: not done, or not known to be done: try again.
    :raises ProposalUnclear: likewise.
    """
    debit = _loaded(debit.pk)
    acceptance = debit.acceptance
    if debit.status != DataDebitStatus.INTENDED or not _may_ask(acceptance):
        return
    request = debit_request(acceptance, at=at)
    try:
        talks.talk(
            acceptance.hat_owner,
            lambda hats, hat, token: hats.propose_debit(hat, token=token, request=request),
            at=at,
        )
    except HatRefused as refusal:
        if isinstance(refusal, HatBroken) or refusal.status < HTTPStatus.BAD_REQUEST:
            raise ProposalUnclear from refusal
        _refuse(debit, code=refusal.reason, at=at)
    except HatNotTrusted as refusal:
        _refuse(debit, code=refusal.code, at=at)
    else:
        _propose(debit, at=at)


def debit_request(acceptance: Acceptance, *, at: datetime) -> DebitRequest:
    """What the HAT shows its owner: who asks, what for, which data, and for how long."""
    line = acceptance.order_line
    organisation, site = line.order.organisation.name, settings.SITE_URL
    purpose = f"{organisation}: {line.purpose_words}"
    with language.override(acceptance.hat_owner.user.language):
        description = _("{title}, for {organisation}").format(
            title=line.offer_version.title, organisation=organisation
        )
    return DebitRequest(
        debit_id=str(acceptance.uid),
        purpose=purpose[:PURPOSE_LENGTH],
        start=at,
        period=timedelta(days=line.offer_version.period_days),
        bundle=named_bundle(acceptance),
        conditions=named_conditions(acceptance),
        client_name=settings.SITE_NAME,
        client_url=site,
        client_logo_url=f"{site}/static/img/mark.svg",
        terms_url=f"{site}/my-data/shared/{acceptance.uid}/",
        description=description,
        cancel_at_period_end=True,
    )


def check_soon(*, acceptance: Acceptance, at: datetime, wait: timedelta = FIRST_WAIT) -> None:
    """The owner is on the way to the HAT, or back from it: look in a moment what came of it."""
    with transaction.atomic():
        moved = DataDebit.objects.filter(
            acceptance=acceptance, status__in=[DataDebitStatus.PROPOSED, DataDebitStatus.DISABLED]
        ).update(checks=0, next_check_at=at + wait)
        if moved:
            number = DataDebit.objects.get(acceptance=acceptance).pk
            # The look planned for later must not swallow this one.
            _hint(number, due_at=at + wait, key=f"debit:{number}:soon")


def check_debit(*, debit: DataDebit, at: datetime) -> None:
    """Read the debit on its HAT and follow: confirmed, switched off, switched on again, over."""
    debit = _loaded(debit.pk)
    acceptance = debit.acceptance
    if debit.status not in _ASKED or not _is_live(acceptance):
        return
    if debit.ends_at is not None and debit.ends_at <= at:
        acceptances.end_acceptance(acceptance=acceptance, at=at, sentence=PERIOD_OVER)
        return
    if not _may_ask(acceptance):
        _later(debit, at=at)
        return
    try:
        state = talks.talk(
            acceptance.hat_owner,
            lambda hats, hat, token: hats.debit(hat, token=token, debit_id=str(acceptance.uid)),
            at=at,
        )
    except (HatUnreachable, HatBroken, HatNotTrusted):
        _later(debit, at=at)
    except HatRefused as refusal:
        _gone(debit, refusal, at=at)
    else:
        _follow(debit, state, at=at)


def look_again(debits: QuerySet[DataDebit], *, at: datetime) -> None:
    """Their HATs may be spoken to again: propose what was not, and see what was decided."""
    debits.filter(status__in=[DataDebitStatus.INTENDED, *_ASKED]).update(next_check_at=at, checks=0)


PERIOD_OVER = gettext_noop("The agreed time is over, so nothing more is read.")


def _follow(debit: DataDebit, state: DebitState, *, at: datetime) -> None:
    if state.active:
        _enable(debit, ends_at=state.end, at=at)
    elif debit.status == DataDebitStatus.PROPOSED:
        _follow_unconfirmed(debit, state, at=at)
    elif _is_period_over(state, at=at):
        acceptances.end_acceptance(acceptance=debit.acceptance, at=at, sentence=PERIOD_OVER)
    elif debit.status == DataDebitStatus.ENABLED:
        disable(debit, at=at)
    else:
        _later(debit, at=at)


def _follow_unconfirmed(debit: DataDebit, state: DebitState, *, at: datetime) -> None:
    """Not active yet; or no more, if the owner said yes and took it back before we looked."""
    is_over = state.accepted and state.end is not None and state.end <= at
    if not is_over:
        _later(debit, at=at)
        return
    acceptances.lapse_acceptance(
        acceptance=debit.acceptance,
        at=at,
        sentence=gettext_noop("It was switched off on your HAT before anything was read."),
    )


def _gone(debit: DataDebit, refusal: HatRefused, *, at: datetime) -> None:
    """The HAT does not let us see the debit: not yet, not any more, or it has forgotten it."""
    is_fresh = debit.proposed_at is not None and at < debit.proposed_at + ROLE_GRANT
    if is_fresh:
        _later(debit, at=at)
    elif debit.status == DataDebitStatus.PROPOSED:
        _refuse(debit, code=refusal.reason, at=at)
    elif debit.status == DataDebitStatus.ENABLED:
        disable(debit, at=at)
    else:
        _later(debit, at=at)


def _is_period_over(state: DebitState, *, at: datetime) -> bool:
    """Whether it ran to its end, rather than being switched off on the way."""
    if state.end is None or state.end > at or state.latest is None:
        return False
    return state.end >= state.latest.start + state.latest.period


@transaction.atomic
def _propose(debit: DataDebit, *, at: datetime) -> None:
    acceptance, debit = _locked(debit)
    if debit.status != DataDebitStatus.INTENDED:
        return  # withdrawn while the HAT was thinking
    debit.status, debit.proposed_at = DataDebitStatus.PROPOSED, at
    debit.next_check_at = at + FIRST_WAIT
    debit.save(update_fields=["status", "proposed_at", "next_check_at"])
    _hint(debit.pk, due_at=debit.next_check_at)
    trail = Trail.of(acceptance, at=at)
    was = DataDebitStatus.INTENDED
    audit.write([trail.step(Action.DEBIT_PROPOSED, debit, was=was, now=debit.status)])


def _refuse(debit: DataDebit, *, code: str, at: datetime) -> None:
    """The HAT will not have it: the yes lapses, the place reopens, the owner is told."""
    with transaction.atomic():
        endings.lock_line(debit.acceptance.order_line_id)
        acceptance, debit = _locked(debit)
        was = debit.status
        if DataDebitStatus.REFUSED not in DataDebit.TRANSITIONS[was]:
            return
        debit.status, debit.refusal = DataDebitStatus.REFUSED, code[:60]
        debit.next_check_at = None
        debit.save(update_fields=["status", "refusal", "next_check_at"])
        trail = Trail.of(acceptance, at=at)
        audit.write([trail.step(Action.DEBIT_REFUSED, debit, was=was, now=debit.status)])
        acceptances.lapse_acceptance(
            acceptance=acceptance,
            at=at,
            sentence=gettext_noop(
                "Your HAT did not take our request. Nothing was shared; your place is free."
            ),
        )


@transaction.atomic
def _enable(debit: DataDebit, *, ends_at: datetime | None, at: datetime) -> None:
    acceptance, debit = _locked(debit)
    if not _is_live(acceptance) or debit.status not in _ASKED:
        return
    was = debit.status
    days = acceptance.order_line.offer_version.period_days
    debit.status, debit.enabled_at = DataDebitStatus.ENABLED, debit.enabled_at or at
    debit.ends_at = ends_at or at + timedelta(days=days)
    debit.next_check_at, debit.checks = debit.ends_at, 0
    debit.save(update_fields=["status", "enabled_at", "ends_at", "next_check_at", "checks"])
    trail = Trail.of(acceptance, at=at)
    if was == DataDebitStatus.ENABLED:
        # The values were refused although the debit is on: ask again, but not at once.
        _schedule(debit, acceptance, trail, due_at=at + LONGEST_WAIT)
        return
    entries = [trail.step(Action.DEBIT_ENABLED, debit, was=was, now=debit.status)]
    if acceptance.status == AcceptanceStatus.ACCEPTED:
        acceptance.status, acceptance.confirmed_at = AcceptanceStatus.CONFIRMED, at
        acceptance.save(update_fields=["status", "confirmed_at"])
        consents.append([acceptance.pk], ConsentEvent.Kind.CONFIRMED, at=at)
        was = AcceptanceStatus.ACCEPTED
        entries.append(
            trail.step(Action.ACCEPTANCE_CONFIRMED, acceptance, was=was, now=acceptance.status)
        )
    audit.write(entries)
    _schedule(debit, acceptance, trail, due_at=at)


def _schedule(debit: DataDebit, acceptance: Acceptance, trail: Trail, *, due_at: datetime) -> None:
    """Have the values read, unless a reading is on its way or the only one was done."""
    last = debit.retrievals.order_by("-number").first()
    is_once = acceptance.order_line.offer_version.collection == Collection.ONCE
    if last is not None and _is_enough(last, is_once=is_once):
        return
    number = last.number + 1 if last else 1
    retrieval = Retrieval.objects.create(debit=debit, number=number, due_at=due_at)
    step = trail.step(Action.RETRIEVAL_SCHEDULED, retrieval, now=retrieval.status)
    audit.write([step])
    outbox.enqueue("fulfilment.run_retrievals", key="retrievals", due_at=due_at)


def _is_enough(last: Retrieval, *, is_once: bool) -> bool:
    if last.status in {RetrievalStatus.REFUSED, RetrievalStatus.CONDITIONS_UNMET}:
        return False
    is_pending = last.status not in {RetrievalStatus.STORED, RetrievalStatus.EMPTY}
    return is_pending or is_once


@transaction.atomic
def disable(debit: DataDebit, *, at: datetime) -> None:
    """The owner switched it off on the HAT: nothing is read until it is switched on again there."""
    acceptance, debit = _locked(debit)
    if debit.status != DataDebitStatus.ENABLED:
        return
    debit.status, debit.disabled_at = DataDebitStatus.DISABLED, at
    debit.next_check_at, debit.checks = at + wait_after(0), 1
    debit.save(update_fields=["status", "disabled_at", "next_check_at", "checks"])
    was = DataDebitStatus.ENABLED
    trail = Trail.of(acceptance, at=at)
    audit.write([trail.step(Action.DEBIT_DISABLED, debit, was=was, now=debit.status)])
    title = acceptance.order_line.offer_version.title
    notifications.notify(
        [acceptance.hat_owner.user],
        notice="debit_disabled",
        subject=lambda: _("Switched off on your HAT: {title}").format(title=title),
        line=lambda: _(
            "Nothing more is read. Switch it on again on your HAT, or stop sharing here."
        ),
        link=f"/my-data/shared/{acceptance.uid}/",
        key=f"debit-disabled:{debit.pk}:{at:%Y-%m-%d}",
    )


def wait_after(checks: int) -> timedelta:
    """How long to leave a HAT in peace after so many looks, with jitter of a tenth."""
    wait = min(FIRST_WAIT * (1 << min(checks, _DOUBLINGS)), LONGEST_WAIT)
    return wait * random.uniform(0.9, 1.0)  # noqa: S311  # jitter, not a secret


def _later(debit: DataDebit, *, at: datetime) -> None:
    """Look again after a growing while, or (sooner) at the end of the debit's own time."""
    due_at = at + wait_after(debit.checks)
    if debit.ends_at is not None:
        due_at = min(due_at, debit.ends_at)
    DataDebit.objects.filter(pk=debit.pk, status=debit.status).update(
        checks=debit.checks + 1, next_check_at=due_at
    )
    if due_at - at < timedelta(seconds=settings.SWEEP_SECONDS):
        _hint(debit.pk, due_at=due_at)


def _hint(debit_id: int, *, due_at: datetime, key: str = "") -> None:
    """The sweep finds due checks by itself; this one comes sooner."""
    key = key or f"debit:{debit_id}"
    outbox.enqueue("fulfilment.check_debit", key=key, due_at=due_at, debit_id=debit_id)


def _is_live(acceptance: Acceptance) -> bool:
    return acceptance.status in {
        AcceptanceStatus.ACCEPTED,
        AcceptanceStatus.CONFIRMED,
        AcceptanceStatus.FULFILLED,
    }


def _may_ask(acceptance: Acceptance) -> bool:
    is_connected = acceptance.hat_owner.status == HatOwnerStatus.CONNECTED
    return is_connected and _is_live(acceptance)


def _loaded(number: int) -> DataDebit:
    return DataDebit.objects.select_related(
        "acceptance__hat_owner__user",
        "acceptance__order_line__order__organisation",
        "acceptance__order_line__offer_version",
    ).get(pk=number)


def _locked(debit: DataDebit) -> tuple[Acceptance, DataDebit]:
    """The acceptance before the debit; the debit as it is now."""
    acceptance = (
        Acceptance.objects.select_for_update(no_key=True, of=("self",))
        .select_related(
            "hat_owner__user", "order_line__order__organisation", "order_line__offer_version"
        )
        .get(pk=debit.acceptance_id)
    )
    debit = DataDebit.objects.select_for_update().get(pk=debit.pk)
    debit.acceptance = acceptance
    return acceptance, debit
