"""How many people could fill each offer, and hold each kind of record, as owners let be counted."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from common.templatetags.ui import BAND_EDGES
from offers.bands import Question, counted, questions_of, settled
from offers.models import DataEndpoint, Offer, PeopleCount
from offers.queries import front
from offers.queries.people import owners_by_holding

# A HAT must hold what the bundle reads and what the conditions look at; and each kind of record
# of the data catalogue is a question of its own.
_NEEDS = """
SELECT version.endpoints, offers_bundle_endpoints(version.conditions)
FROM offers_offer JOIN offers_offerversion AS version ON version.id = current_version_id
UNION
SELECT ARRAY[path::text], ARRAY[]::text[] FROM offers_dataendpoint
"""
_CHANGED = """
SELECT offer.id, answer.people
FROM offers_offer AS offer JOIN offers_offerversion AS version ON version.id = current_version_id
JOIN jsonb_to_recordset(%s::jsonb) AS answer (read text[], conditions text[], people integer)
    ON version.endpoints = answer.read
    AND offers_bundle_endpoints(version.conditions) = answer.conditions
WHERE people_available <> answer.people
"""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('offers.people'))"

Need = tuple[tuple[str, ...], tuple[str, ...]]


@transaction.atomic
def refresh_people_available(at: datetime) -> int:
    """Count the people for each offer on the shelf, and for each part of what it asks for.

    Each kind of record of the data catalogue is counted with them. Counted are connected owners
    who let themselves be counted. Exact numbers are forgotten here: only what ``offers.bands``
    lets be shown is written, and only where it changed; the day of counting once a day.

    :returns: how many offers show another number now.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        cursor.execute(_NEEDS)
        needs = [(tuple(read), tuple(conditions)) for read, conditions in cursor.fetchall()]
    shown = {frozenset(row.endpoints): row.people for row in PeopleCount.objects.all()}
    answers = _answers(needs, shown)
    _keep(answers, shown)
    changed = _write(needs, answers)
    _note_kinds(answers, at)
    _note_the_day(at)
    front.name_as_many_people(max(answers.values(), default=0))
    return changed


def _answers(needs: list[Need], shown: Mapping[Question, int]) -> dict[Question, int]:
    """What may be shown for every question of the shelf, given what was shown before."""
    questions = {one for need in needs for one in questions_of(_question(need))}
    return settled(counted(owners_by_holding(), questions), shown, edges=BAND_EDGES)


def _question(need: Need) -> Question:
    return frozenset(need[0]) | frozenset(need[1])


def _keep(answers: Mapping[Question, int], shown: Mapping[Question, int]) -> None:
    """Write what changed; a row that says the same is not touched, or every page is made anew."""
    gone = [sorted(question) for question in shown if question not in answers]
    if gone:
        PeopleCount.objects.filter(endpoints__in=gone).delete()
    fresh = [
        PeopleCount(endpoints=sorted(question), people=people)
        for question, people in answers.items()
        if shown.get(question) != people
    ]
    if fresh:
        PeopleCount.objects.bulk_create(
            fresh, update_conflicts=True, unique_fields=["endpoints"], update_fields=["people"]
        )


def _write(needs: list[Need], answers: Mapping[Question, int]) -> int:
    rows = [
        {"read": need[0], "conditions": need[1], "people": answers.get(_question(need), 0)}
        for need in needs
    ]
    by_people: defaultdict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [json.dumps(rows)])
        for offer, people in cursor.fetchall():
            by_people[people].append(offer)
    for people, offers in by_people.items():
        Offer.objects.filter(pk__in=offers).update(people_available=people)
    return sum(map(len, by_people.values()))


def _note_kinds(answers: Mapping[Question, int], at: datetime) -> None:
    """What the data catalogue shows of each kind of record; the day of counting once a day."""
    changed = []
    for row in DataEndpoint.objects.order_by("pk"):
        people, counted_at = answers[frozenset([row.path])], row.people_counted_at
        if row.people != people or counted_at is None or counted_at.date() < at.date():
            row.people, row.people_counted_at = people, at
            changed.append(row)
    if changed:
        DataEndpoint.objects.bulk_update(changed, ["people", "people_counted_at"])


def _note_the_day(at: datetime) -> None:
    """Once a day: an update renews the stamp of the shelf even where it changes nothing."""
    stale = Offer.objects.filter(
        Q(people_counted_at=None) | Q(people_counted_at__date__lt=at.date()),
        current_version__isnull=False,
    )
    if stale.exists():
        stale.update(people_counted_at=at)
