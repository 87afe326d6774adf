"""Every change of the words that find other words."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from accounts import audit
from accounts.access import require_moderator
from accounts.audit import Action
from accounts.models import User
from common.language import gettext as _
from offers import access
from offers.actions.drafts import part_digest
from offers.errors import ChangedMeanwhile, SynonymsChanged, SynonymsWrong
from offers.models import Synonym
from offers.queries import synonyms as queries
from offers.synonyms import MOST_GROUPS, Group, faults_of

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('offers.synonyms'))"


@transaction.atomic
def save_synonym(
    *, group: Group, row: Synonym | None, seen: str, by: User, at: datetime
) -> Synonym:
    """Add a group, or put it in the place of one there is.

    :param seen: ``synonym_digest`` of what the page showed when it was opened.
    :raises NotFound: not a moderator, or the group was removed meanwhile.
    :raises ChangedMeanwhile: somebody else changed it since.
    :raises SynonymsWrong: the group makes no sense to search, or its word has a group already.
    """
    require_moderator(by)
    _lock()
    if row:
        row = access.synonym_to_edit(by, row.pk)
        if queries.group_as_kept(row) != group and synonym_digest(row) != seen:
            raise ChangedMeanwhile
    others = [kept for kept in queries.synonyms() if row is None or kept.pk != row.pk]
    if faults := _faults_beside(others, group):
        raise SynonymsWrong(faults)
    action = Action.SYNONYM_CHANGED if row else Action.SYNONYM_ADDED
    row = row or Synonym()
    row.word, row.finds = group.word, list(group.finds)
    row.save()
    audit.record(action, row, at=at, actor=by, finds=len(row.finds))
    return row


def synonym_digest(row: Synonym | None) -> str:
    """Name what a group says now."""
    return part_digest([row.word, *row.finds] if row else None)


@transaction.atomic
def remove_synonym(*, row: Synonym, by: User, at: datetime) -> None:
    """From now on the word finds only itself.

    :raises NotFound: not a moderator.
    """
    require_moderator(by)
    _lock()
    audit.record(Action.SYNONYM_REMOVED, row, at=at, actor=by)
    row.delete()


@transaction.atomic
def apply_file(
    *, groups: Sequence[Group], seen: Sequence[Group], by: User | None, at: datetime
) -> None:
    """Put a whole file in the place of all groups; what it leaves out is gone.

    :param groups: as ``offers.synonyms.read_file`` reads them: at least one.
    :param seen: the groups that the differences were shown against.
    :param by: ``None`` is the market itself, from the command line.
    :raises NotFound: not a moderator.
    :raises SynonymsChanged: they are not those any more.
    :raises SynonymsWrong: search cannot tell two of the words apart, or reads nothing in one.
    """
    if by is not None:
        require_moderator(by)
    _lock()
    if queries.as_groups() != list(seen):
        raise SynonymsChanged
    if faults := _faults_among(groups):
        raise SynonymsWrong(faults)
    Synonym.objects.exclude(word__in=[group.word for group in groups]).delete()
    rows = Synonym.objects.bulk_create(
        [Synonym(word=group.word, finds=list(group.finds)) for group in groups],
        update_conflicts=True,
        unique_fields=["word"],
        update_fields=["finds"],
    )
    audit.record(Action.SYNONYMS_READ, rows[0], at=at, actor=by, groups=len(rows))


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)


def _faults_beside(others: Sequence[Synonym], group: Group) -> list[str]:
    if faults := faults_of(group):
        return faults
    if len(others) >= MOST_GROUPS:
        return [_("There are {number} words already: remove one first.").format(number=MOST_GROUPS)]
    if any(kept.word == group.word for kept in others):
        return [
            _("“{word}” is there already: add to what it finds instead.").format(word=group.word)
        ]
    return _faults_among([*map(queries.group_as_kept, others), group])


def _faults_among(groups: Sequence[Group]) -> list[str]:
    """Words in which search reads nothing, and words that it reads as one."""
    roots = queries.roots({word for group in groups for word in (group.word, *group.finds)})
    faults = [
        _("Search leaves out “{word}”, as it stands in every text.").format(word=word)
        for word, root in sorted(roots.items())
        if not root
    ]
    alike: dict[str, list[str]] = defaultdict(list)
    for group in groups:
        alike[roots[group.word]].append(group.word)
    faults += [
        _("To search these are one word: {words}. Keep one of them.").format(
            words=", ".join(_("“{word}”").format(word=word) for word in words)
        )
        for root, words in alike.items()
        if root and len(words) > 1
    ]
    return faults
