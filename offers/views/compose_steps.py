"""What each step of the composer shows: its form, its hints, and what two pages disagree about."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.http import QueryDict

from common.language import gettext as _
from offers.composing.coverage import ideas_of
from offers.composing.fairness import FairPay
from offers.composing.reading import Ease, reading_ease
from offers.composing.rules import HouseRules
from offers.composing.steps import Step
from offers.forms.compose import FieldsForm, PurposesForm, RecordsForm, TermsForm, WordsForm
from offers.forms.narrowing import FiltersForm
from offers.forms.uses import UsesForm
from offers.models import OfferDraft
from offers.queries import data, drafts, guidance

AnyStepForm = (
    RecordsForm | FieldsForm | FiltersForm | TermsForm | PurposesForm | UsesForm | WordsForm
)


def rules() -> HouseRules:
    """Floors, fee and tax as they are set."""
    return HouseRules(
        fair_pay=FairPay(
            once=settings.FAIR_PAY_ONCE,
            reading=settings.FAIR_PAY_READING,
            care_percent=settings.FAIR_PAY_CARE_PERCENT,
        ),
        fee_percent=settings.MARKET_FEE_PERCENT,
        tax_percent=settings.FEE_TAX_PERCENT,
        currency=settings.CURRENCY,
    )


def step_form(
    draft: OfferDraft,
    step: Step,
    posted: QueryDict | None,
    *,
    today: date,
    is_lenient: bool = False,
) -> AnyStepForm:
    """The form of a step, filled from the draft, or from what was sent."""
    part = draft.answers.get(step)
    usual: dict[str, Any] = {"part": part, "is_lenient": is_lenient}
    if step is Step.RECORDS:
        return RecordsForm(posted, known=list(data.to_choose()), **usual)
    if step is Step.FIELDS:
        paths = draft.answers.get(Step.RECORDS, {}).get("endpoints", [])
        return FieldsForm(posted, endpoints=data.chosen(paths), **usual)
    if step in {Step.PURPOSES, Step.WORDS}:
        return (PurposesForm if step is Step.PURPOSES else WordsForm)(posted, **usual)
    composition = drafts.composition_of(draft.answers, today=today)
    if step is Step.USES:
        return UsesForm(posted, ideas=ideas_of(composition), **usual)
    if step is Step.FILTERS:
        return FiltersForm(posted, wishes=composition.wishes, **usual)
    return TermsForm(posted, composition=composition, rules=rules(), **usual)


def hints(draft: OfferDraft, step: Step, *, today: date) -> dict[str, Any]:
    """What helps with a step: fair pay and what others pay, or how hard a text is to read."""
    if step is Step.TERMS:
        return _about_pay(draft, today=today)
    if step is Step.WORDS:
        words = draft.answers.get(Step.WORDS, {})
        return {"eases": _eases(words)}
    return {}


def _about_pay(draft: OfferDraft, *, today: date) -> dict[str, Any]:
    composition = drafts.composition_of(draft.answers, today=today)
    terms = drafts.terms_of(draft.answers, composition, rules=rules())
    needs_care = composition.is_special or composition.is_precise_location
    house = rules()
    paths = [wish.endpoint.path for wish in composition.wishes]
    return {
        "floor": house.lowest_reward(
            terms["collection"], terms["period_days"], needs_care=needs_care
        ),
        "needs_care": needs_care,
        "is_special": composition.is_special,
        "fair_pay": house.fair_pay,
        "guidance": guidance.guidance(paths, currency=settings.CURRENCY),
    }


def _eases(words: Mapping[str, Any]) -> list[tuple[str, Ease]]:
    texts = {
        _("What people read"): words.get("for_people", ""),
        _("The description for buyers"): words.get("description", ""),
    }
    measured = [(label, reading_ease(text)) for label, text in texts.items()]
    return [(label, ease) for label, ease in measured if ease]
