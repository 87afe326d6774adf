"""Who looked at an owner's data, and what happened to one yes: read from the audit record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.audit import Action, subject_of
from accounts.models import AuditEntry
from common.language import gettext as _
from common.language import gettext_noop, ngettext, number
from fulfilment.models import Acceptance, DatasetRevision, Retrieval, RetrievalStatus
from fulfilment.queries.datasets import revisions_holding
from hats.models import HatOwner

_LOOKS_AT_FILES = (Action.FILE_DOWNLOADED, Action.DATASET_VIEWED)

# What an owner reads for each step; steps of ours that mean nothing to a person are left out.
_STEPS: dict[str, str] = {
    Action.OFFER_ACCEPTED: gettext_noop("You said yes"),
    Action.DEBIT_PROPOSED: gettext_noop("We showed your HAT the data debit"),
    Action.DEBIT_REFUSED: gettext_noop("Your HAT did not take the data debit"),
    Action.DEBIT_ENABLED: gettext_noop("The data debit was switched on on your HAT"),
    Action.DEBIT_DISABLED: gettext_noop("The data debit was switched off on your HAT"),
    Action.DEBIT_ENDED: gettext_noop("We stopped using the data debit"),
    Action.ACCEPTANCE_FULFILLED: gettext_noop("Your rows were passed on with those of the group"),
    Action.ACCEPTANCE_LAPSED: gettext_noop("Your yes lapsed, and your place was given back"),
    Action.ACCEPTANCE_ENDED: gettext_noop("Sharing ended"),
    Action.ACCEPTANCE_WITHDRAWN: gettext_noop("You stopped sharing"),
    Action.KEY_DESTROYED: gettext_noop("The key to your data was destroyed"),
    Action.REWARD_EARNED: gettext_noop("The reward became yours"),
    Action.REWARD_RELEASED: gettext_noop(
        "The reward was given back, because nothing was delivered"
    ),
    Action.REMOVAL_NOTICED: gettext_noop("The buyer was asked to delete your rows"),
    Action.REMOVAL_CONFIRMED: gettext_noop("The buyer confirmed that your rows are deleted"),
}


@dataclass(frozen=True)
class Look:
    """One time somebody looked: who, at what, and when."""

    at: datetime
    who: str
    what: str
    title: str = ""


@dataclass(frozen=True)
class Step:
    """One dated step in the life of a yes."""

    at: datetime
    words: str


def looks_at(
    owner: HatOwner, *, acceptance_ids: Iterable[int] | None = None
) -> QuerySet[AuditEntry]:
    """Entries of looks at this owner's data, the newest first.

    :param acceptance_ids: only these of the owner's acceptances; by default all, and the
        owner's own looks with them.
    """
    ids = list(
        Acceptance.objects.filter(hat_owner=owner).values_list("pk", flat=True)
        if acceptance_ids is None
        else acceptance_ids
    )
    revisions = revisions_holding(ids).values_list("pk", flat=True)
    at_files = Q(
        subject__in=[f"fulfilment.datasetrevision:{pk}" for pk in revisions],
        action__in=_LOOKS_AT_FILES,
    )
    read = Q(
        owner_user=owner.user_id,
        action=Action.RETRIEVAL_FINISHED,
        to_status=RetrievalStatus.STORED,
    )
    if acceptance_ids is None:
        read |= Q(owner_user=owner.user_id, action=Action.OWN_VALUES_SEEN)
    else:
        read &= Q(subject__in=_retrieval_subjects(ids))
    entries = AuditEntry.objects.filter(at_files | read).select_related("organisation")
    return entries.order_by("-pk")


def _retrieval_subjects(acceptance_ids: list[int]) -> list[str]:
    rows = Retrieval.objects.filter(debit__acceptance__in=acceptance_ids)
    return [f"fulfilment.retrieval:{pk}" for pk in rows.values_list("pk", flat=True)]


def in_words(entries: Iterable[AuditEntry]) -> list[Look]:
    """These entries as an owner reads them; two more queries, however many they are."""
    found = list(entries)
    titles = _titles(found)
    return [_look(entry, titles) for entry in found]


def _look(entry: AuditEntry, titles: dict[str, str]) -> Look:
    title = titles.get(entry.subject, "")
    if entry.action == Action.OWN_VALUES_SEEN:
        return Look(entry.at, _("You"), _("looked at your own values"))
    who = entry.organisation.name if entry.organisation else "HAT Market"
    return Look(entry.at, who, _what(entry), title)


def _what(entry: AuditEntry) -> str:
    if entry.action == Action.FILE_DOWNLOADED:
        return _("a file with your rows was downloaded")
    if entry.action == Action.DATASET_VIEWED:
        return _("a page with rows of the group was opened")
    count = entry.details.get("records")
    if not isinstance(count, int):
        return _("your HAT was read")
    said = ngettext("your HAT sent {count} record", "your HAT sent {count} records", count)
    return said.format(count=number(count))


def _titles(entries: list[AuditEntry]) -> dict[str, str]:
    """Of each entry's subject: what the offer is called."""
    retrievals = Retrieval.objects.filter(pk__in=_numbers(entries, "fulfilment.retrieval"))
    revisions = DatasetRevision.objects.filter(
        pk__in=_numbers(entries, "fulfilment.datasetrevision")
    )
    by_retrieval = retrievals.values_list(
        "pk", "debit__acceptance__order_line__offer_version__title"
    )
    by_revision = revisions.values_list("pk", "dataset__order_line__offer_version__title")
    return {f"fulfilment.retrieval:{pk}": title for pk, title in by_retrieval} | {
        f"fulfilment.datasetrevision:{pk}": title for pk, title in by_revision
    }


def _numbers(entries: list[AuditEntry], model: str) -> list[int]:
    pairs = (entry.subject.rpartition(":") for entry in entries)
    return [int(key) for label, _colon, key in pairs if label == model]


def steps_of(acceptance: Acceptance) -> list[Step]:
    """The life of one yes, the oldest step first."""
    entries = AuditEntry.objects.filter(
        subject__in=_subjects(acceptance),
        owner_user=acceptance.hat_owner.user_id,
        action__in=_STEPS,
    )
    return [Step(entry.at, _(_STEPS[entry.action])) for entry in entries.order_by("at", "pk")]


def _subjects(acceptance: Acceptance) -> list[str]:
    subjects = [subject_of(acceptance), subject_of(acceptance.debit), subject_of(acceptance.reward)]
    for name in ("data_key", "removal_notice"):
        related = getattr(acceptance, name, None)
        if related is not None:
            subjects.append(subject_of(related))
    return subjects
