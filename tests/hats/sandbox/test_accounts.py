"""Accounts on a HAT: who may make, change, switch off and delete them, and what they may do."""

import uuid

import bcrypt
import pytest

from hats.sandbox.world import World
from tests.hats.sandbox.conftest import debit_request

USERS = "/users/user"


def hashed(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4, prefix=b"2a")).decode()


def account(**fields) -> dict:
    usual = {
        "userId": str(uuid.uuid4()),
        "email": "shop-1",
        "pass": hashed("open sesame"),
        "name": "Shop",
        "role": "datadebit",
        "roles": [{"role": "datadebit"}],
    }
    return {name: value for name, value in (usual | fields).items() if value is not None}


@pytest.fixture
def hat(sandbox):
    return sandbox.unused_hat()


@pytest.fixture
def made(hat) -> dict:
    sent = account()
    assert hat.post(USERS, sent, token=hat.platform).status == 201
    return sent


def token_of(hat) -> str:
    return hat.log_in("shop-1", "open sesame").json["accessToken"]


class TestMaking:
    @pytest.mark.parametrize("by", ["owner", "platform"])
    def test_the_owner_and_the_platform_may(self, hat, by):
        sent = account()

        answer = hat.post(USERS, sent, token=getattr(hat, by))

        assert (answer.status, answer.json["userId"]) == (201, sent["userId"])

    def test_it_logs_in_with_its_password(self, hat, made):
        answer = hat.log_in("shop-1", "open sesame")

        assert (answer.status, answer.json["userId"]) == (200, made["userId"])

    def test_another_password_is_refused(self, hat, made):
        assert hat.log_in("shop-1", "open says me").status == 401

    def test_without_a_password_nobody_logs_in(self, hat):
        hat.post(USERS, account(**{"pass": None}), token=hat.platform)

        assert hat.log_in("shop-1", "").status == 401

    def test_a_known_name_is_refused(self, hat, made):
        answer = hat.post(USERS, account(), token=hat.platform)

        assert answer.status == 400
        assert answer.json == {
            "message": "Error creating user",
            "cause": "User shop-1 already exists",
        }

    @pytest.mark.parametrize("role", ["owner", "platform"])
    def test_privileged_accounts_are_refused(self, hat, role):
        answer = hat.post(USERS, account(roles=[{"role": role}]), token=hat.owner)

        assert answer.json == {
            "message": "Invalid User",
            "cause": "Users with privileged roles may not be created",
        }
        assert hat.log_in("shop-1", "open sesame").status == 401

    def test_the_account_itself_may_not_make_others(self, hat, made):
        answer = hat.post(USERS, account(email="shop-2"), token=token_of(hat))

        assert answer.status == 403
        assert hat.log_in("shop-2", "open sesame").status == 401

    def test_what_is_missing_is_named(self, hat):
        answer = hat.post(USERS, account(roles=None), token=hat.platform)

        assert answer.status == 400
        assert list(answer.json["message"]) == ["obj.roles"]

    def test_it_is_there_after_a_restart(self, sandbox, hat, made):
        again = World(sandbox.world.options).hat(hat.domain)

        assert again is not None
        assert again.log_in(username="shop-1", password="open sesame") is not None


class TestWhatItMay:
    def test_it_proposes_and_reads_its_own_debit(self, hat, made):
        token = token_of(hat)
        path = "/api/v2.6/data-debit/own-1"

        assert hat.post(path, debit_request("own-1"), token=token).status == 201
        assert hat.get(path, token=token).status == 200

    def test_it_reads_no_debit_of_another(self, hat, made):
        path = "/api/v2.6/data-debit/other-1"
        hat.post(path, debit_request("other-1"), token=hat.platform)

        assert hat.get(path, token=token_of(hat)).status == 403
        assert hat.get(f"{path}/values", token=token_of(hat)).status == 403

    @pytest.mark.parametrize("path", ["", "/own-1/enable", "/own-1/disable?atPeriodEnd=false"])
    def test_it_neither_lists_nor_switches(self, hat, made, path):
        token = token_of(hat)
        hat.post("/api/v2.6/data-debit/own-1", debit_request("own-1"), token=token)

        assert hat.get(f"/api/v2.6/data-debit{path}", token=token).status == 403

    def test_it_reads_no_data(self, hat, made):
        assert hat.get("/api/v2.6/data/rumpel/profile", token=token_of(hat)).status == 403


class TestChanging:
    def test_a_new_password_replaces_the_old_one(self, hat, made):
        sent = made | {"pass": hashed("second")}

        answer = hat.call("PUT", f"{USERS}/{made['userId']}/update", body=sent, token=hat.platform)

        assert answer.status == 201
        assert hat.log_in("shop-1", "second").status == 200
        assert hat.log_in("shop-1", "open sesame").status == 401

    def test_a_body_for_another_account_is_unknown(self, hat, made):
        sent = account(email="shop-2")

        answer = hat.call("PUT", f"{USERS}/{made['userId']}/update", body=sent, token=hat.platform)

        assert answer.status == 404
        assert hat.log_in("shop-2", "open sesame").status == 401

    def test_roles_become_those_that_were_sent(self, hat, made):
        token = token_of(hat)
        hat.post("/api/v2.6/data-debit/own-1", debit_request("own-1"), token=token)

        hat.call("PUT", f"{USERS}/{made['userId']}/update", body=made, token=hat.platform)

        assert hat.get("/api/v2.6/data-debit/own-1", token=token).status == 403

    def test_a_disabled_account_is_locked_out_until_it_is_enabled(self, hat, made):
        token = token_of(hat)

        hat.call("PUT", f"{USERS}/{made['userId']}/disable", token=hat.platform)
        was_valid = hat.get("/users/access_token/validate", token=token).status
        may_log_in = hat.log_in("shop-1", "open sesame").status
        hat.call("PUT", f"{USERS}/{made['userId']}/enable", token=hat.platform)

        assert (was_valid, may_log_in) == (401, 401)
        assert hat.get("/users/access_token/validate", token=token).status == 200

    def test_a_deleted_account_is_gone(self, hat, made):
        answer = hat.call("PUT", f"{USERS}/{made['userId']}/delete", token=hat.platform)

        assert answer.json == {"message": "Account deleted"}
        assert hat.log_in("shop-1", "open sesame").status == 401

    @pytest.mark.parametrize("what", ["enable", "disable", "delete"])
    def test_privileged_accounts_cannot_be_switched(self, hat, what):
        listed = hat.get(USERS, token=hat.owner).json
        platform = next(one for one in listed if one["role"] == "platform")

        answer = hat.call("PUT", f"{USERS}/{platform['userId']}/{what}", token=hat.owner)

        assert answer.status == 403
        assert answer.json["cause"] == "Privileged account can not be enabled or disabled"

    def test_an_unknown_account_is_not_found(self, hat):
        number = uuid.uuid4()

        answer = hat.call("PUT", f"{USERS}/{number}/enable", token=hat.owner)

        assert answer.status == 404
        assert answer.json["cause"] == f"User {number} does not exist"

    def test_nobody_else_may_change_it(self, hat, made):
        token = token_of(hat)

        answer = hat.call("PUT", f"{USERS}/{made['userId']}/delete", token=token)

        assert answer.status == 403
        assert hat.log_in("shop-1", "open sesame").status == 200


def test_accounts_are_listed_with_their_roles(hat, made):
    listed = hat.get(USERS, token=token_of(hat)).json

    found = next(one for one in listed if one["email"] == "shop-1")
    assert found["roles"] == [{"role": "datadebit"}]
