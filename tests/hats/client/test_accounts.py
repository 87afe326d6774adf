"""Accounts on a HAT; a password never travels but as its hash."""

import json

import pytest

from hats.client import bcrypt_hash
from hats.errors import HatBroken, HatOutcomeUnknown, HatRefused
from hats.protocol import Account, Role
from tests.hats.client.saying import say
from tests.hats.scripted import answer, raw

USER_ID = "5b7c0f0e-2a44-4a77-9b0d-6f1a3c1e9d10"
HASH = "$2a$10$" + "x" * 53
ACCOUNT = Account(
    user_id=USER_ID,
    username="shop-offer-1",
    name="Shop",
    roles=(Role("datadebit"),),
    password_hash=HASH,
)
MADE = {"userId": USER_ID, "email": "shop-offer-1", "name": "Shop", "roles": []}


def create(hat, token):
    return say(lambda hats: hats.create_account(hat, token=token, account=ACCOUNT))


def test_an_account_is_made_with_the_hash_of_its_password(scripted, hat, token):
    scripted.on("/users/user", answer(MADE, status=201))

    assert create(hat, token)
    assert json.loads(scripted.heard[0].body) == {
        "userId": USER_ID,
        "email": "shop-offer-1",
        "pass": HASH,
        "name": "Shop",
        "role": "datadebit",
        "roles": [{"role": "datadebit"}],
    }


def test_a_hat_that_makes_another_account_is_found_out(scripted, hat, token):
    scripted.on("*", answer({**MADE, "email": "somebody"}, status=201))

    with pytest.raises(HatBroken):
        create(hat, token)


def test_a_name_that_is_taken_is_told_and_is_no_failure(scripted, hat, token):
    cause = "User shop-offer-1 already exists"
    scripted.on("*", answer({"message": "Error creating user", "cause": cause}, status=400))

    assert not create(hat, token)


def test_an_account_with_the_owners_rights_is_refused(scripted, hat, token):
    cause = "Users with privileged roles may not be created"
    scripted.on("*", answer({"message": "Invalid User", "cause": cause}, status=400))

    with pytest.raises(HatRefused) as refusal:
        create(hat, token)

    assert refusal.value.reason == "privileged_role"


def test_accounts_are_listed_without_the_hashes_that_real_hats_let_out(scripted, hat, token):
    roles = [{"role": "datadebit"}, {"role": "datadebit", "detail": "d-1"}]
    scripted.on("/users/user", answer([{**MADE, "pass": HASH, "roles": roles}]))

    (listed,) = say(lambda hats: hats.accounts(hat, token=token))

    assert listed.roles == (Role("datadebit"), Role("datadebit", "d-1"))
    assert listed.password_hash == ""


@pytest.mark.parametrize("odd", [{}, {**MADE, "roles": {}}, {**MADE, "roles": [{}]}, 7])
def test_a_misshapen_account_is_broken(scripted, hat, token, odd):
    scripted.on("*", answer([odd]))

    with pytest.raises(HatBroken):
        say(lambda hats: hats.accounts(hat, token=token))


def test_an_account_is_replaced_as_a_whole(scripted, hat, token):
    scripted.on(f"/users/user/{USER_ID}/update", answer(MADE, status=201))

    say(lambda hats: hats.update_account(hat, token=token, account=ACCOUNT))

    assert scripted.heard[0].method == "PUT"
    assert json.loads(scripted.heard[0].body) == ACCOUNT.to_json()


@pytest.mark.parametrize("user_id", ["", "../x", "shop-offer-1"])
def test_only_ids_of_accounts_are_switched(scripted, hat, token, user_id):
    with pytest.raises(ValueError, match="UUID"):
        say(lambda hats: hats.delete_account(hat, token=token, user_id=user_id))

    assert scripted.heard == []


def test_a_lost_answer_is_an_unknown_outcome(scripted, hat, token):
    scripted.on("*", raw(b""))

    with pytest.raises(HatOutcomeUnknown):
        create(hat, token)


@pytest.mark.parametrize("password_hash", ["secret", "$2a$10$short", "$1$" + "x" * 57])
def test_what_is_no_hash_is_never_sent_as_one(password_hash):
    with pytest.raises(ValueError, match="bcrypt hash only"):
        Account(
            user_id=USER_ID,
            username="u",
            name="n",
            roles=(Role("datadebit"),),
            password_hash=password_hash,
        )


def test_an_account_without_a_role_is_read_but_never_made(scripted, hat, token):
    scripted.on("*", answer([MADE]))
    (listed,) = say(lambda hats: hats.accounts(hat, token=token))

    with pytest.raises(ValueError, match="needs a role"):
        say(lambda hats: hats.update_account(hat, token=token, account=listed))

    assert [heard.method for heard in scripted.heard] == ["GET"]


def test_a_password_is_hashed_as_hats_do():
    bcrypt = pytest.importorskip("bcrypt")

    hashed = bcrypt_hash("correct horse")

    assert hashed.startswith("$2a$")
    assert bcrypt.checkpw(b"correct horse", hashed.encode())


def test_an_account_does_not_show_its_hash_when_printed():
    assert HASH not in repr(ACCOUNT)


@pytest.mark.parametrize("verb", ["enable", "disable", "delete"])
def test_an_account_is_switched_by_its_id(scripted, hat, token, verb):
    scripted.on(f"/users/user/{USER_ID}/{verb}", answer({"message": "Enabled"}))

    say(lambda h: getattr(h, f"{verb}_account")(hat, token=token, user_id=USER_ID))

    assert scripted.heard[0].method == "PUT"


@pytest.mark.parametrize(
    ("status", "cause", "reason"),
    [
        (403, "Privileged account can not be enabled or disabled", "privileged_account"),
        (404, f"User {USER_ID} does not exist", "no_such_account"),
    ],
)
def test_why_an_account_is_not_switched_is_told(scripted, hat, token, status, cause, reason):
    scripted.on("*", answer({"message": "x", "cause": cause}, status=status))

    with pytest.raises(HatRefused) as refusal:
        say(lambda hats: hats.delete_account(hat, token=token, user_id=USER_ID))

    assert (refusal.value.status, refusal.value.reason) == (status, reason)
