"""Bundles and combinators kept under a name."""

import json

import pytest

from hats.errors import HatBroken, HatRefused
from hats.protocol import Page
from tests.hats.client.saying import say
from tests.hats.scripted import answer
from tests.hats.test_answers import GOOD

BUNDLE = "/api/v2.6/data-bundle/mine"
QUERY = {"endpoint": "shop/orders"}
PROPERTIES = {"orders": {"endpoints": [QUERY]}}


def test_a_bundle_is_kept_without_its_name_in_the_body(scripted, hat, token):
    scripted.on(BUNDLE, answer({"message": "Bundle mine registered"}, status=201))

    say(lambda hats: hats.put_bundle(hat, token=token, name="mine", properties=PROPERTIES))

    assert (scripted.heard[0].method, json.loads(scripted.heard[0].body)) == ("POST", PROPERTIES)


def test_a_bundle_finds_records_by_property(scripted, hat, token):
    scripted.on(BUNDLE, answer({"orders": [GOOD, {"odd": 1}], "none": []}))

    found = say(lambda hats: hats.bundle(hat, token=token, name="mine"))

    assert found == {"orders": [GOOD], "none": []}


def test_the_structure_of_a_bundle_is_checked(scripted, hat, token):
    definition = {"name": "mine", "bundle": PROPERTIES}
    scripted.on(f"{BUNDLE}/structure", answer(definition), answer({"name": "mine"}))

    def structure():
        return say(lambda hats: hats.bundle_structure(hat, token=token, name="mine"))

    assert structure() == definition
    with pytest.raises(HatBroken):
        structure()


def test_an_unknown_bundle_is_refused(scripted, hat, token):
    unknown = {"message": "Bundle Not Found", "cause": "Bundle mine not found"}
    scripted.on(BUNDLE, answer(unknown, status=404))

    with pytest.raises(HatRefused) as refusal:
        say(lambda hats: hats.bundle(hat, token=token, name="mine"))

    assert refusal.value.reason == "no_such_bundle"


def test_a_combinator_is_kept_and_read_page_by_page(scripted, hat, token):
    path = "/api/v2.6/combinator/all/orders"
    registered = {"message": "Combinator all/orders registered"}
    scripted.on(path, answer(registered, status=201), answer([GOOD]))

    async def both(hats):
        name = "all/orders"
        await hats.put_combinator(hat, token=token, name=name, queries=[QUERY])
        return await hats.combinator(hat, token=token, name=name, page=Page(take=3))

    assert say(both) == [GOOD]
    assert json.loads(scripted.heard[0].body) == [QUERY]
    assert scripted.heard[1].path == f"{path}?take=3&skip=0&ordering=ascending"


def test_an_unknown_combinator_is_refused(scripted, hat, token):
    unknown = {"message": "Combinator Not Found", "cause": "Combinator x not found"}
    scripted.on("*", answer(unknown, status=404))

    with pytest.raises(HatRefused) as refusal:
        say(lambda hats: hats.combinator(hat, token=token, name="x"))

    assert refusal.value.reason == "no_such_combinator"


@pytest.mark.parametrize("name", ["", "a/b", "../x", "a?b", "ä"])
def test_only_names_of_bundles_are_asked_for(scripted, hat, token, name):
    with pytest.raises(ValueError, match="not the name"):
        say(lambda hats: hats.bundle(hat, token=token, name=name))

    assert scripted.heard == []


@pytest.mark.parametrize("name", ["", "Upper", "../x", "a?b", "a/"])
def test_only_names_of_combinators_are_asked_for(scripted, hat, token, name):
    with pytest.raises(ValueError, match="not the name"):
        say(lambda hats: hats.combinator(hat, token=token, name=name))

    assert scripted.heard == []
