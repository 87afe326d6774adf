"""T55, T59, T72, T73: every address of the project, asked by everybody.

``access.csv`` says what each person is answered and what a GET may write. It is read and changed
by people: a new address, or another answer, is a decision about who may see what.
"""

import pytest

from tests.security import walking
from tests.security.scene import Scene, named_patterns
from tests.security.summary import PEOPLE
from tests.security.walking import Visit

# Whoever belongs to nobody here, and must not learn from a 403 that something exists.
STRANGERS = ("owner_b", "member_b")
# An invitation is shown to whoever has its link, and refused in words to another address.
KNOWN_BY_LINK = {"accounts:invitation-accept"}
# Asked by machines that send a signature instead of a token of a form.
SIGNED = {"webhooks:till", "webhooks:stripe"}
# On pages that are kept for everybody: the browser says itself from which site it asks.
TOKENLESS = {"language"}
READ_ONLY = {"offers:api-offer-list", "offers:api-offer-detail"}
# Mail programs post here by themselves; the address has a signed token that allows this alone.
BY_TOKEN = {"offers:search-stop"}
# Documents for machines are the same for everybody.
FOR_MACHINES = {f"offers:{name}" for name in ("croissant", "dcat", "feed", "sitemap")}
# The API is the same for everybody; after logging out nobody is logged in.
NOT_PRIVATE = READ_ONLY | FOR_MACHINES | {"account_logout", "hats:disconnect"}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What an error page, or any other, must never say.
INSIDES = ("Traceback", "site-packages", "psycopg", "SELECT ", "urlconf", "DEBUG = ")
CSP = {
    "default-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "connect-src": "'self'",
}


@pytest.fixture(scope="module")
def table() -> dict[tuple[str, str], walking.Row]:
    return {(row.name, row.method): row for row in walking.expected()}


def test_every_address_is_in_the_table(table):
    named = {name for name, _pattern in named_patterns()}

    assert {name for name, _method in table} == named


def test_what_belongs_to_others_is_not_found_rather_than_forbidden(table):
    forbidden = {
        (row.name, person)
        for row in table.values()
        for person in STRANGERS
        if row.answers[person] == "403" and row.name not in KNOWN_BY_LINK
    }

    assert forbidden == set()


def test_an_address_without_an_example_cannot_be_forgotten(scene: Scene):
    assert set(scene.addresses) == {name for name, _pattern in named_patterns()}


@pytest.mark.timeout(900)  # hundreds of pages, each asked by everybody
def test_everybody_is_answered_as_the_table_says(scene: Scene, table):
    """One walk for all that is to be seen on it: walking takes longer than looking."""
    found, trouble = {}, []
    for visits in walking.walk(scene):
        row = walking.as_row(visits)
        found[row.name, row.method] = row
        trouble += [said for one in visits for said in _wrong_with(one)]

    differences = [
        f"{row} but the table says {table.get(key)}"
        for key, row in found.items()
        if row != table.get(key)
    ]
    assert not differences, "\n".join(differences)
    assert set(table) == set(found)
    assert not trouble, "\n".join(trouble)


def _wrong_with(visit: Visit) -> list[str]:
    said = [f"refused, and wrote {visit.wrote}"] if visit.was_refused and visit.wrote else []
    said += [
        f"{name} is not {value}"
        for name, value in ALWAYS.items()
        if visit.headers.get(name) != value
    ]
    said += _wrong_with_policies(visit.headers)
    said += [f"says {word}" for word in INSIDES if word in visit.body]
    is_private = visit.person != "anonymous" and visit.name not in NOT_PRIVATE
    if is_private and "no-store" not in visit.headers.get("Cache-Control", ""):
        said.append("may be stored")
    return [f"{visit.method} {visit.name} as {visit.person}: {one}" for one in said]


def _wrong_with_policies(headers: dict[str, str]) -> list[str]:
    directives = dict(
        part.strip().partition(" ")[::2]
        for part in headers.get("Content-Security-Policy", "").split(";")
    )
    said = [
        f"{name} is not {value}" for name, value in CSP.items() if directives.get(name) != value
    ]
    if "unsafe" in headers.get("Content-Security-Policy", ""):
        said.append("the policy allows what is unsafe")
    if headers.get("Referrer-Policy") not in {"same-origin", "no-referrer"}:
        said.append("other sites learn the address")
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        said.append("no Permissions-Policy")
    if {"Server", "X-Powered-By"} & set(headers):
        said.append("names what it runs on")
    return said


def test_a_form_without_its_token_changes_nothing(scene: Scene):
    """Asked of every address by a member, an owner and a moderator: whoever could do most."""
    forms = {name: to for name, to in scene.addresses.items() if name not in BY_TOKEN}
    for name, address in forms.items():
        for person in ("owner_a", "owner_of_a", "moderator"):
            answer = walking.ask(scene, address, "POST", person, enforce_csrf_checks=True)

            expected = {400, 404} if name in SIGNED else {405} if name in READ_ONLY else {403}
            expected = {302} if name in TOKENLESS else expected
            assert answer.status_code in expected, (name, person)


def test_nobody_may_be_missing_from_the_walk(table):
    assert all(set(row.answers) == set(PEOPLE) for row in table.values())


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/.git/config",
        "/.env",
        "/metrics",
        "/static/../marketplace/settings.py",
        "/media/",
    ],
)
def test_what_is_not_ours_to_show_is_not_there(client, db, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()
