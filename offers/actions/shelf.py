"""Every change of the shelf: drafts, decisions, pauses."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from accounts import audit, notifications, queries
from accounts.audit import Action
from accounts.models import Organisation, User
from common import transitions
from common.language import gettext as _
from common.language import gettext_noop
from common.money import Money
from hats.bundles import parse_bundle
from offers import access, eligibility
from offers.errors import ReasonMissing, VersionIncomplete
from offers.models import (
    Category,
    Offer,
    OfferDraft,
    OfferField,
    OfferStatus,
    OfferVersion,
    OfferVersionStatus,
    Purpose,
)
from offers.queries.people import people_for


@dataclass(frozen=True, kw_only=True)
class FieldContent:
    """One column in plain words; the order in ``VersionContent`` is the order in the file."""

    table: str
    path: str
    name: str
    meaning: str
    kind: str
    example: str
    unit: str = ""
    may_be_missing: bool = False
    sensitivity: str = ""


@dataclass(frozen=True, kw_only=True)
class VersionContent:
    """All that a version says."""

    title: str
    summary: str
    description: str
    for_people: str
    bundle: Mapping[str, Any]
    purposes: Sequence[str]
    never: Sequence[str]
    reward: Money
    fee: Money
    collection: str
    period_days: int
    smallest_group: int
    columns: Sequence[FieldContent]
    sample: Sequence[Mapping[str, Any]]
    record_kinds: Sequence[str]
    freshness: str
    reaches_back_days: int
    usual_records: int
    coverage: str
    use_cases: Sequence[Mapping[str, str]] = ()
    examples: Sequence[Mapping[str, str]] = ()
    special_category: bool = False
    precise_location: bool = False
    conditions: Mapping[str, Any] | None = None
    longest_retention_days: int | None = None
    countries: Sequence[str] = ()


_HASHED_APART = frozenset({"reward", "fee", "columns", "sample"})


@transaction.atomic
def create_offer(
    *, slug: str, category: Category, publisher: Organisation | None, by: User | None, at: datetime
) -> Offer:
    """An offer with nothing published: it stands on no shelf yet.

    :param publisher: ``None`` is the market's own shelf; ``by=None`` the market itself.
    :raises NotFound, NotAllowed: not an owner of the publisher, or not a moderator.
    """
    access.require_drafter(by, publisher=publisher)
    return Offer.objects.create(slug=slug, category=category, publisher=publisher, created_at=at)


@transaction.atomic
def draft_version(
    *, offer: Offer, content: VersionContent, by: User | None, at: datetime
) -> OfferVersion:
    """Write the next version as a draft.

    :raises NotFound, NotAllowed: not an owner of the publisher, or not a moderator.
    """
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    access.require_drafter(by, publisher=offer.publisher)
    last = offer.versions.aggregate(last=Max("number"))["last"] or 0
    version = OfferVersion.objects.create(
        offer=offer,
        number=last + 1,
        created_by=by,
        created_at=at,
        **version_columns(content, category=offer.category),
    )
    OfferField.objects.bulk_create(
        OfferField(version=version, position=position, **asdict(column))
        for position, column in enumerate(content.columns)
    )
    _record(Action.OFFER_DRAFTED, version, by=by, at=at, now=version.status)
    return version


@transaction.atomic
def submit_version(*, version: OfferVersion, by: User | None, at: datetime) -> OfferVersion:
    """Hand a draft to the moderators.

    :raises VersionIncomplete: words, fields, sample and definition do not fit together.
    :raises InvalidTransition: it is not a draft.
    :raises NotFound, NotAllowed: not an owner of the publisher, or not a moderator.
    """
    version = _locked(version)
    access.require_drafter(by, publisher=version.offer.publisher)
    was = _move(version, OfferVersionStatus.SUBMITTED)
    problems = problems_of(version)
    if problems:
        raise VersionIncomplete(problems)
    version.save(update_fields=["status"])
    _record(Action.OFFER_SUBMITTED, version, by=by, at=at, was=was, now=version.status)
    line = gettext_noop("A moderator looks at it, and you are told what comes of it.")
    _tell_publisher(version, notice="offer_submitted", line=lambda: _(line), at=at)
    return version


@transaction.atomic
def publish_version(*, version: OfferVersion, by: User | None, at: datetime) -> OfferVersion:
    """Freeze and hash a submitted version and put it on the shelf; the former one retires.

    :raises NotFound: not a moderator.
    :raises OwnWork: it is this moderator's own, or their organisation's.
    :raises InvalidTransition: it does not wait for a decision.
    """
    version = _locked(version)
    access.require_decider(by, version=version)
    was = _move(version, OfferVersionStatus.PUBLISHED)
    version.content_hash = content_hash(version)
    version.published_at = at
    version.save(update_fields=["status", "content_hash", "published_at"])
    _retire_former(version, by=by, at=at)
    version.offer.current_version = version
    _count_people(version, at=at)
    version.offer.save(update_fields=["current_version", "people_available", "people_counted_at"])
    _record(Action.OFFER_PUBLISHED, version, by=by, at=at, was=was, now=version.status)
    line = gettext_noop("It can be ordered from now on.")
    _tell_publisher(version, notice="offer_published", line=lambda: _(line), at=at)
    return version


@transaction.atomic
def send_back(*, version: OfferVersion, reason: str, by: User | None, at: datetime) -> OfferVersion:
    """Return a submitted version to its publisher with the reason.

    :raises ReasonMissing: the reason is empty.
    :raises NotFound: not a moderator.
    :raises OwnWork: it is this moderator's own, or their organisation's.
    :raises InvalidTransition: it does not wait for a decision.
    """
    if not reason.strip():
        raise ReasonMissing(_("Please say why, so that the publisher knows what to change."))
    version = _locked(version)
    access.require_decider(by, version=version)
    was = _move(version, OfferVersionStatus.SENT_BACK)
    version.decision_reason = reason.strip()[:512]
    version.save(update_fields=["status", "decision_reason"])
    _record(Action.OFFER_SENT_BACK, version, by=by, at=at, was=was, now=version.status)
    line = version.decision_reason[:400]
    _tell_publisher(version, notice="offer_sent_back", line=line, at=at)
    return version


@transaction.atomic
def reopen_version(*, version: OfferVersion, by: User | None, at: datetime) -> OfferVersion:
    """Make a draft again of what was sent back.

    :raises InvalidTransition: it was not sent back.
    :raises NotFound, NotAllowed: not an owner of the publisher, or not a moderator.
    """
    version = _locked(version)
    access.require_drafter(by, publisher=version.offer.publisher)
    was = _move(version, OfferVersionStatus.DRAFT)
    version.save(update_fields=["status"])
    _record(Action.OFFER_DRAFTED, version, by=by, at=at, was=was, now=version.status)
    return version


def pause_offer(*, offer: Offer, by: User | None, at: datetime) -> Offer:
    """Take the offer off the shelf; what was ordered of it goes on.

    :raises InvalidTransition: it is paused.
    :raises NotFound, NotAllowed: neither an owner of the publisher nor a moderator.
    """
    return _set_shelf(offer, target=OfferStatus.PAUSED, action=Action.OFFER_PAUSED, by=by, at=at)


def relist_offer(*, offer: Offer, by: User | None, at: datetime) -> Offer:
    """Put a paused offer back.

    :raises InvalidTransition: it is on the shelf.
    :raises NotFound, NotAllowed: neither an owner of the publisher nor a moderator.
    """
    return _set_shelf(offer, target=OfferStatus.LISTED, action=Action.OFFER_RELISTED, by=by, at=at)


def problems_of(version: OfferVersion) -> list[str]:
    """Why a version cannot be reviewed yet, one sentence each; empty when it can."""
    problems = eligibility.bundle_problems(version.bundle)
    if not problems:
        bundle = parse_bundle(version.bundle)
        problems = eligibility.field_problems(bundle, version.fields.order_by("position"))
        problems += eligibility.sample_problems(bundle, version.sample)
    if version.conditions is not None:
        problems += eligibility.bundle_problems(version.conditions)
    problems += eligibility.stated_problems(
        version.facts, version.use_cases, version.examples, version.fields.order_by("position")
    )
    if not version.purposes or set(version.purposes) - set(Purpose.values):
        problems.append(_("At least one purpose of the list must be allowed, and no other."))
    return problems


def content_hash(
    version: OfferVersion, *, columns: Sequence[Mapping[str, Any]] | None = None
) -> str:
    """SHA-256 of all that is frozen on publication, the fields included, as canonical JSON.

    What versions did not state when they were published is no part of it, so that their hash stays.

    :param columns: the fields in their order, where they are at hand; else they are read.
    """
    names = [field.name for field in fields(VersionContent)]
    money = {"reward": version.reward_minor_units, "fee": version.fee_minor_units}
    if columns is None:
        in_order = version.fields.order_by("position", "pk")
        columns = list(in_order.values(*[field.name for field in fields(FieldContent)]))
    said = {name: getattr(version, name) for name in names if name not in _HASHED_APART}
    frozen = {
        "currency": version.currency,
        "columns": columns,
        **money,
        **{
            name: value
            for name, value in said.items()
            if not (name in _STATED_LATER and _is_unstated(value))
        },
    }
    text = json.dumps(frozen, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


_STATED_LATER = frozenset(
    {
        *("record_kinds", "freshness", "reaches_back_days", "usual_records", "coverage"),
        *("use_cases", "examples", "longest_retention_days", "countries"),
    }
)


def _is_unstated(value: object) -> bool:
    return value is None or value in ("", [], ())


def version_columns(content: VersionContent, *, category: Category) -> dict[str, Any]:
    """What the content fills of a version's row."""
    columns = {
        field.name: getattr(content, field.name)
        for field in fields(VersionContent)
        if field.name not in {"reward", "fee", "columns"}
    }
    return columns | {
        "reward_minor_units": content.reward.minor_units,
        "fee_minor_units": content.fee.minor_units,
        "currency": content.reward.currency,
        "words": _words(category, content),
    }


def _words(category: Category, content: VersionContent) -> str:
    """What search finds beside title, summary and description."""
    columns = [f"{column.name}: {column.meaning}" for column in content.columns]
    return "\n".join([category.name, *columns])


def _locked(version: OfferVersion) -> OfferVersion:
    """Lock the offer, then the version, and return it fresh."""
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=version.offer_id)
    version = OfferVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    version.offer = offer
    return version


def _move(version: OfferVersion, target: OfferVersionStatus) -> str:
    """Change the status of a locked version, unsaved; the status it had."""
    was = version.status
    transitions.check(OfferVersion.TRANSITIONS, current=was, target=target)
    version.status = target
    return was


def _count_people(version: OfferVersion, *, at: datetime) -> None:
    """Say at once what composing said; the next count goes on from there."""
    people = people_for(version)
    version.offer.people_available = people or 0
    version.offer.people_counted_at = None if people is None else at


def _retire_former(version: OfferVersion, *, by: User | None, at: datetime) -> None:
    former = version.offer.current_version
    if former is None:
        return
    was = _move(former, OfferVersionStatus.RETIRED)
    former.save(update_fields=["status"])
    former.offer = version.offer
    _record(Action.OFFER_RETIRED, former, by=by, at=at, was=was, now=former.status)


@transaction.atomic
def _set_shelf(
    offer: Offer, *, target: OfferStatus, action: Action, by: User | None, at: datetime
) -> Offer:
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    access.require_seller(by, offer=offer)
    was = offer.status
    transitions.check(Offer.TRANSITIONS, current=was, target=target)
    offer.status = target
    offer.save(update_fields=["status"])
    audit.record(
        action, offer, at=at, actor=by, organisation=offer.publisher, was=was, now=offer.status
    )
    return offer


def _record(
    action: Action, version: OfferVersion, *, by: User | None, at: datetime, now: str, was: str = ""
) -> None:
    audit.record(
        action,
        version,
        at=at,
        actor=by,
        organisation=version.offer.publisher,
        was=was,
        now=now,
        offer_id=version.offer_id,
        number=version.number,
    )


_DONE = {
    OfferVersionStatus.SUBMITTED: gettext_noop("“{title}” was handed in"),
    OfferVersionStatus.PUBLISHED: gettext_noop("“{title}” is published"),
    OfferVersionStatus.SENT_BACK: gettext_noop("“{title}” was sent back"),
}


def _tell_publisher(
    version: OfferVersion, *, notice: str, line: notifications.Words, at: datetime
) -> None:
    """Once each time: a version may be handed in, and sent back, again."""
    publisher = version.offer.publisher
    if publisher is None:
        return
    done = _DONE[OfferVersionStatus(version.status)]
    notifications.notify(
        queries.owners_of(publisher),
        notice=notice,
        subject=lambda: _(done).format(title=version.title[:100]),
        line=line,
        link=_link(version),
        key=f"{notice}:{version.pk}:{at.isoformat()}",
    )


def _link(version: OfferVersion) -> str:
    """Where the publisher goes on: the offer's page, or the draft to change."""
    if version.status == OfferVersionStatus.PUBLISHED:
        return reverse("offers:offer-detail", args=[version.offer.slug])
    draft = OfferDraft.objects.filter(offer=version.offer_id).first()
    return reverse("offers:draft", args=[draft.reference]) if draft else reverse("offers:drafts")
