"""Owners logged in to My data, and what their pages hold."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from fulfilment.actions import datasets
from fulfilment.models import (
    Acceptance,
    DataDebit,
    DatasetRevision,
    Retrieval,
    RevisionMembers,
)
from hats.models import HatOwner
from tests import factories
from tests.factories import NOON
from tests.fulfilment.steps import funded_line, say_yes

_FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)


@pytest.fixture
def as_person() -> Callable[[User | HatOwner], Client]:
    """A client of its own for each person, owner or buyer."""

    def log_in(person: User | HatOwner) -> Client:
        client = Client()
        client.force_login(person.user if isinstance(person, HatOwner) else person)
        return client

    return log_in


def text(answer: Any) -> str:
    """The words of a page, tags and spare blanks removed."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def forms(answer: Any) -> list[str]:
    """The page's own forms, without those of the frame around it."""
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return _FORM.findall(main)


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def cluster(settings):
    settings.HAT_CLUSTERS = [
        {
            "name": "Sandbox",
            "suffix": "hat.localhost",
            "scheme": "http",
            "port": 9100,
            "connect_to": "127.0.0.1:9",
            "application_id": "hat-market",
        }
    ]


@pytest.fixture
def line(db):
    return funded_line(factories.make_version(smallest_group=10))


@pytest.fixture
def acceptance(line, owner):
    return say_yes(line, owner, at=NOON)


def move(acceptance, *, status=None, debit=None, **fields):
    """Put a yes where the workers would have brought it."""
    if status:
        Acceptance.objects.filter(pk=acceptance.pk).update(status=status, **fields)
    if debit:
        DataDebit.objects.filter(acceptance=acceptance).update(
            status=debit, proposed_at=NOON, enabled_at=NOON if debit == "enabled" else None
        )


def read(acceptance, *, status="stored", at=NOON, records=3):
    """One finished reading, with the entry the worker writes."""
    debit = DataDebit.objects.get(acceptance=acceptance)
    retrieval = Retrieval.objects.create(
        debit=debit,
        number=debit.retrievals.count() + 1,
        status=status,
        finished_at=at,
        records=records,
    )
    AuditEntry.objects.create(
        at=at,
        action="retrieval.finished",
        subject=f"fulfilment.retrieval:{retrieval.pk}",
        owner_user=acceptance.hat_owner.user,
        organisation=acceptance.order_line.order.organisation,
        from_status="leased",
        to_status=status,
        details={"records": records},
    )
    return retrieval


def released(acceptance, *, number=1):
    """A sealed revision that holds this person's rows."""
    line = acceptance.order_line
    dataset = datasets.open_dataset(order_line=line, at=NOON)
    revision = DatasetRevision.objects.create(
        dataset=dataset, number=number, status="sealed", sealed_at=NOON
    )
    RevisionMembers.objects.create(revision=revision, acceptance_ids=[acceptance.pk])
    return revision


def page_url(acceptance, name="acceptance"):
    return reverse(f"fulfilment:owner-{name}", args=[acceptance.uid])
