"""Every address as every person: what it answers, and what it wrote."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import reverse

from tests.security.scene import Address, Scene, rows_written, tables_written
from tests.security.summary import PEOPLE, REFUSED, TABLE

METHODS = ("GET", "POST")


@dataclass(frozen=True)
class Visit:
    """One request of one person."""

    name: str
    method: str
    person: str
    answer: str
    wrote: frozenset[str]
    headers: dict[str, str] = field(repr=False)
    body: str = field(repr=False)

    @property
    def was_refused(self) -> bool:
        return self.answer == "login" or int(self.answer) >= REFUSED


@dataclass(frozen=True)
class Row:
    """A line of the table: what an address answers to each person, and what a GET writes."""

    name: str
    method: str
    answers: dict[str, str]
    writes: frozenset[str]


def expected() -> list[Row]:
    """The table as it was reviewed."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return [
            Row(
                name=line["address"],
                method=line["method"],
                answers={person: line[person] for person in PEOPLE},
                writes=frozenset(line["writes"].split()),
            )
            for line in csv.DictReader(file)
        ]


def as_row(visits: list[Visit]) -> Row:
    """What was found, as a line of the table; only what a GET writes is part of it."""
    first = visits[0]
    wrote = frozenset().union(*(one.wrote for one in visits)) if first.method == "GET" else set()
    answers = {one.person: one.answer for one in visits}
    return Row(first.name, first.method, answers, frozenset(wrote))


def visit(scene: Scene, name: str, method: str, person: str) -> Visit:
    """Ask, note what was written, and take it all back."""
    with transaction.atomic():
        before = rows_written()
        response = ask(scene, scene.addresses[name], method, person)
        body = response.getvalue() if hasattr(response, "getvalue") else response.content
        wrote = frozenset(tables_written(before))
        transaction.set_rollback(True)
    text = body.decode(errors="replace")
    return Visit(name, method, person, answer_of(response), wrote, dict(response.headers), text)


def ask(scene: Scene, address: Address, method: str, person: str, **options: Any) -> Any:
    """One request of a browser in which the person is logged in."""
    client = scene.client(person, **options)
    if method == "GET":
        return client.get(address.path, **address.headers)
    return client.post(address.path, address.form, **address.headers)


def answer_of(response: Any) -> str:
    """The status, or ``login`` for somebody who has to log in first."""
    where = response.get("Location", "")
    if response.status_code in {302, 303} and where.startswith(reverse("account_login")):
        return "login"
    return str(response.status_code)


def walk(scene: Scene) -> Iterator[list[Visit]]:
    """Each address in each way it may be asked, by everybody."""
    for name in scene.addresses:
        for method in METHODS:
            first = [visit(scene, name, method, person) for person in PEOPLE[:2]]
            if {one.answer for one in first} <= {"405", "login"}:
                continue  # the method is not for this address
            yield first + [visit(scene, name, method, person) for person in PEOPLE[2:]]
