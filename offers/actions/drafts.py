"""Composing an offer: begin, save step by step, hand in, throw away; and private offers' codes."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from accounts import audit
from accounts.audit import Action
from accounts.models import Organisation, User
from common.money import Money
from offers import access
from offers.actions import lists
from offers.actions.shelf import (
    FieldContent,
    VersionContent,
    content_hash,
    create_offer,
    draft_version,
    submit_version,
)
from offers.composing.rules import HouseRules
from offers.composing.steps import Step, lacks_of
from offers.errors import DraftChanged, DraftIncomplete, DraftInUse, DraftUnchanged, DraftWaits
from offers.models import Category, Offer, OfferDraft, OfferVersion
from offers.queries import data, drafts

# Without letters and figures that are mistaken for one another: codes are read out and typed in.
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTWXYZ"
_CODE_LENGTH = 12  # 58 bits
_LONGEST_SLUG = 60


@dataclass(frozen=True, kw_only=True)
class StepSaved:
    """What one page says of one step.

    :param page: names the open page, so that its own earlier saves are none of another's.
    :param seen: ``part_digest`` of what the page showed when it was opened.
    :param overwrite: the person has seen what another page saved, and wants this instead.
    """

    step: Step
    part: Any
    page: str
    seen: str
    overwrite: bool = False


@transaction.atomic
def begin_draft(
    *, organisation: Organisation, answers: Mapping[str, Any], by: User, at: datetime
) -> OfferDraft:
    """Open a draft, empty or with somebody's answers to start from.

    :raises NotFound, NotAllowed: not an owner of the organisation.
    """
    access.require_drafter(by, publisher=organisation)
    draft = OfferDraft.objects.create(
        organisation=organisation,
        answers=dict(answers),
        created_by=by,
        created_at=at,
        changed_by=by,
        changed_at=at,
    )
    audit.record(Action.DRAFT_BEGUN, draft, at=at, actor=by, organisation=organisation)
    return draft


@transaction.atomic
def save_step(*, draft: OfferDraft, saved: StepSaved, by: User, at: datetime) -> OfferDraft:
    """Keep the answers of one step.

    :raises NotFound, NotAllowed: not an owner of the organisation.
    :raises DraftWaits: moderators have it.
    :raises DraftChanged: another page saved this step since this one was opened.
    """
    draft = _locked(draft, by=by)
    stored = draft.answers.get(saved.step)
    is_own = draft.pages.get(saved.step) == saved.page
    is_known = is_own or part_digest(stored) in {saved.seen, part_digest(saved.part)}
    if not is_known and not saved.overwrite:
        raise DraftChanged
    draft.answers[saved.step] = saved.part
    draft.pages[saved.step] = saved.page
    draft.changed_by, draft.changed_at = by, at
    draft.save(update_fields=["answers", "pages", "changed_by", "changed_at"])
    return draft


@transaction.atomic
def delete_draft(*, draft: OfferDraft, by: User, at: datetime) -> None:
    """Throw a draft away.

    :raises NotFound, NotAllowed: not an owner of the organisation.
    :raises DraftInUse: it was handed in once.
    """
    draft = _locked(draft, by=by)
    if draft.offer_id is not None:
        raise DraftInUse
    audit.record(Action.DRAFT_DELETED, draft, at=at, actor=by, organisation=draft.organisation)
    draft.delete()


@transaction.atomic
def hand_in(
    *, draft: OfferDraft, is_private: bool, rules: HouseRules, by: User, at: datetime
) -> OfferVersion:
    """Make the next version of the draft's offer and hand it to the moderators.

    “In the last 90 days” becomes a day here: it is counted back from now, and stays.

    :raises NotFound, NotAllowed: not an owner of the organisation.
    :raises DraftWaits: moderators have it already.
    :raises DraftIncomplete: something is missing or below a floor.
    :raises DraftUnchanged: the version on the shelf says the same.
    :raises VersionIncomplete: words, fields, sample and definition do not fit together.
    """
    draft = _locked(draft, by=by)
    composition = drafts.composition_of(draft.answers, today=at.date())
    lacks = lacks_of(draft.answers, composition, rules=rules)
    if lacks:
        raise DraftIncomplete([lack.sentence for lack in lacks])
    row, fields = drafts.row_of(draft, composition, rules=rules, today=at.date())
    if draft.offer is None:
        draft.offer = _offer(draft, row.title, is_private=is_private, by=by, at=at)
    draft.is_private = draft.offer.is_private
    draft.save(update_fields=["offer", "is_private"])
    columns = [
        FieldContent(**{name: getattr(field, name) for name in FieldContent.__dataclass_fields__})
        for field in fields
    ]
    version = draft_version(offer=draft.offer, content=_content(row, columns), by=by, at=at)
    shown = draft.offer.current_version
    if shown and content_hash(version) == shown.content_hash:
        raise DraftUnchanged
    return submit_version(version=version, by=by, at=at)


@transaction.atomic
def renew_code(*, offer: Offer, by: User, at: datetime) -> Offer:
    """Give a private offer another code and address; the old ones lead nowhere any more.

    :raises NotFound, NotAllowed: not an owner of the publisher; or the offer is for everybody.
    """
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    access.require_drafter(by, publisher=offer.publisher)
    access.require_private(offer)
    offer.invitation_code = _new_code()
    offer.slug = access.slug_of_code(offer.invitation_code)
    offer.save(update_fields=["invitation_code", "slug"])
    lists.forget_others(offer=offer)
    audit.record(Action.OFFER_CODE_RENEWED, offer, at=at, actor=by, organisation=offer.publisher)
    return offer


def part_digest(part: object) -> str:
    """Name the answers of one step, whatever order their keys have."""
    text = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _locked(draft: OfferDraft, *, by: User) -> OfferDraft:
    """Lock the draft and return it fresh, for an owner, while it may be changed."""
    draft = (
        OfferDraft.objects.select_for_update(of=("self",))
        .select_related("organisation", "offer__publisher", "offer__category")
        .get(pk=draft.pk)
    )
    access.require_drafter(by, publisher=draft.organisation)
    if drafts.is_waiting(draft):
        raise DraftWaits
    return draft


def _offer(draft: OfferDraft, title: str, *, is_private: bool, by: User, at: datetime) -> Offer:
    first = data.chosen(draft.answers[Step.RECORDS]["endpoints"])[0]
    category = Category.objects.get(slug=first.category)
    slug = f"{slugify(title)[:_LONGEST_SLUG]}-{draft.reference.lower()}".strip("-")
    code = _new_code() if is_private else None
    offer = create_offer(
        slug=access.slug_of_code(code) if code else slug,
        category=category,
        publisher=draft.organisation,
        by=by,
        at=at,
    )
    if code:
        offer.invitation_code = code
        offer.save(update_fields=["invitation_code"])
    return offer


def _new_code() -> str:
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))


def _content(row: OfferVersion, columns: list[FieldContent]) -> VersionContent:
    as_they_are = (
        *("title", "summary", "description", "for_people", "bundle", "purposes", "never"),
        *("collection", "period_days", "smallest_group", "special_category"),
        *("precise_location", "sample", "longest_retention_days", "countries"),
        *("record_kinds", "freshness", "reaches_back_days"),
        *("usual_records", "coverage", "use_cases", "examples"),
    )
    return VersionContent(
        **{name: getattr(row, name) for name in as_they_are},
        reward=Money(row.reward_minor_units, row.currency),
        fee=Money(row.fee_minor_units, row.currency),
        columns=columns,
    )
