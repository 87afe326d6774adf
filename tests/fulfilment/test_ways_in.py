"""One suite for every way in: propose, confirm on the HAT, read, withdraw, against a real HAT."""

import urllib.error
import urllib.request
import uuid
from typing import Any

import bcrypt
import pytest
from django.test import override_settings
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Notification
from fulfilment.actions import acceptances, debits, leases, retrievals, sweeps
from fulfilment.models import Acceptance, DataDebit, DataDebitStatus, Retrieval, SealedBlock
from hats.actions import connections, credentials, market_accounts
from hats.actions.credentials import Kept
from hats.actions.talks import Talks
from hats.client import HatClient, HatToken
from hats.clusters import Hat
from hats.configured import converse, hat_at
from hats.errors import HatLockedOut, HatTokenExpired, HatUnreachable
from hats.models import CredentialKind, HatCredential, MarketAccount
from hats.queries import opened_token
from tests.factories import make_moderator
from tests.fulfilment import steps
from tests.outbox import run_outbox
from tests.sandbox import Sandbox, SandboxHat

pytestmark = pytest.mark.django_db

GIVEN = {"account_username": "the-market", "account_password": "open sesame"}
WAYS: dict[str, dict[str, Any]] = {
    "platform": {},
    "account": {"access": "account"},
    "given": {"access": "account", "platform_username": "", "platform_password": "", **GIVEN},
}
OUR_WAYS = ["platform", "account"]


def give_account(hat: SandboxHat) -> None:
    """What a provider does that gives the market the same account on each of its HATs."""
    hashed = bcrypt.hashpw(GIVEN["account_password"].encode(), bcrypt.gensalt(4, prefix=b"2a"))
    body = {
        "userId": str(uuid.uuid4()),
        "email": GIVEN["account_username"],
        "pass": hashed.decode(),
        "name": "The market",
        "role": "datadebit",
        "roles": [{"role": "datadebit"}],
    }
    hat.call("POST", "/users/user", body)


@pytest.fixture
def choose(sandbox: Sandbox, settings: Settings):
    """Configure the cluster."""

    def configure(way: str, **changes: Any) -> None:
        settings.HAT_CLUSTERS = [sandbox.cluster() | WAYS[way] | changes]

    return configure


@pytest.fixture(params=WAYS)
def way(request, choose) -> str:
    choose(request.param)
    return str(request.param)


@pytest.fixture
def hat(sandbox: Sandbox, way: str) -> SandboxHat:
    hat = sandbox.hat()
    if way == "given":
        give_account(hat)
    return hat


def run() -> None:
    retrievals.run_batch(at=timezone.now())


def kept_token(acceptance: Acceptance) -> str:
    """The token by which the market read this HAT last."""
    row = HatCredential.objects.exclude(kind="application").get(hat_owner=acceptance.hat_owner)
    return opened_token(row).value


def spoil_token(acceptance: Acceptance) -> None:
    """Keep a token that the HAT refuses, as it does one that was unused for three days."""
    owner = acceptance.hat_owner
    row = HatCredential.objects.exclude(kind="application").get(hat_owner=owner)
    kind = CredentialKind(row.kind)
    worthless = Kept(owner_id=owner.pk, kind=kind, token="aa.bb.cc", expires_at=row.expires_at)
    credentials.keep([worthless], at=timezone.now())


def status_of(hat: SandboxHat, path: str, token: str) -> int:
    """What the HAT answers to the bearer of a token."""
    request = urllib.request.Request(  # loopback only
        f"http://127.0.0.1:{hat.port}/api/v2.6/data-debit{path}",
        headers={"Host": hat.domain, "X-Auth-Token": token, "Accept": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # our own
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def user_number(hat: SandboxHat, username: str) -> str:
    listed = hat.call("GET", "/users/user")
    return next(one["userId"] for one in listed if one["email"] == username)


class TestTheWholeWay:
    def test_values_are_read_after_the_owner_has_confirmed(self, hat):
        acceptance = steps.confirmed(steps.funded_line(), hat)

        run()

        assert Retrieval.objects.get(debit__acceptance=acceptance).status == "stored"

    def test_nothing_is_read_before(self, hat):
        steps.proposed(steps.funded_line(), hat)

        run()

        assert not Retrieval.objects.exists()

    def test_withdrawing_ends_the_reading(self, hat):
        acceptance = steps.confirmed(steps.funded_line(), hat)
        acceptances.withdraw_acceptance(acceptance=acceptance, at=timezone.now())
        before = hat.books()["pulls"]

        run()

        assert hat.books()["pulls"] == before
        assert not SealedBlock.objects.exists()

    def test_proposing_twice_proposes_once(self, hat):
        acceptance = steps.proposed(steps.funded_line(), hat)
        DataDebit.objects.update(status=DataDebitStatus.INTENDED)

        debits.propose_debit(debit=steps.debit_of(acceptance), at=timezone.now())

        assert steps.debit_of(acceptance).status == "proposed"
        assert list(hat.books()["debits"]) == [str(acceptance.uid)]

    def test_a_token_that_is_refused_on_the_way_is_replaced_once(self, hat):
        acceptance = steps.confirmed(steps.funded_line(), hat)
        spoil_token(acceptance)

        run()

        assert Retrieval.objects.get().status == "stored"
        assert kept_token(acceptance) != "aa.bb.cc"

    def test_a_second_batch_logs_in_no_more(self, hat):
        acceptance = steps.confirmed(steps.funded_line(), hat)
        token = kept_token(acceptance)

        run()

        assert kept_token(acceptance) == token

    def test_the_hat_lets_it_read_its_own_debit_and_switch_nothing(self, hat):
        acceptance = steps.proposed(steps.funded_line(), hat)
        token, debit = kept_token(acceptance), f"/{acceptance.uid}"

        assert status_of(hat, debit, token) == 200
        for beyond in ("", f"{debit}/enable", f"{debit}/disable?atPeriodEnd=false"):
            assert status_of(hat, beyond, token) == 403

    def test_the_owners_application_token_reads_no_agreement(self, hat):
        acceptance = steps.confirmed(steps.funded_line(), hat)
        hat.call("GET", "/api/v2.6/applications/hat-market/setup")
        path = "/api/v2.6/applications/hat-market/access-token"
        token = hat.call("GET", path)["accessToken"]

        assert status_of(hat, f"/{acceptance.uid}", token) == 403
        assert status_of(hat, f"/{acceptance.uid}/values", token) == 403


class TestMarketAccounts:
    @pytest.fixture
    def way(self, choose) -> str:
        choose("account")
        return "account"

    def test_one_is_made_at_first_need_and_no_second(self, hat):
        acceptance = steps.confirmed(steps.funded_line(), hat)
        run()

        account = MarketAccount.objects.get(hat_owner=acceptance.hat_owner)
        ours = [
            one["email"]
            for one in hat.call("GET", "/users/user")
            if one["email"].startswith("hat-market-")
        ]
        assert ours == [account.username]
        assert account.made_at is not None
        assert account.known_at is not None

    def test_its_password_is_sealed(self, hat):
        steps.proposed(steps.funded_line(), hat)

        row = MarketAccount.objects.get()
        (account,) = market_accounts.accounts_of([row.hat_owner_id], at=timezone.now()).values()
        assert len(account.password) > 40
        assert account.password.encode() not in bytes(row.sealed_password or b"")

    def test_the_platforms_token_is_not_kept(self, hat):
        steps.proposed(steps.funded_line(), hat)

        assert [row.kind for row in HatCredential.objects.all()] == ["account"]

    def test_a_lost_answer_does_no_harm(self, hat, sandbox):
        acceptance = steps.say_yes(steps.funded_line(), hat.connected())
        lost = {"hosts": hat.domain, "routes": "account_create", "kind": "lost201", "times": 1}
        sandbox.faults(lost)
        with pytest.raises(HatUnreachable):
            debits.propose_debit(debit=acceptance.debit, at=timezone.now())

        debits.propose_debit(debit=acceptance.debit, at=timezone.now())

        assert steps.debit_of(acceptance).status == "proposed"

    def test_after_coming_back_the_same_account_reads_what_it_read_before(self, hat):
        acceptance = steps.confirmed(steps.funded_line(), hat)
        name = MarketAccount.objects.get().username
        owner = acceptance.hat_owner
        connections.disconnect_hat(hat_owner=owner, at=timezone.now())
        assert MarketAccount.objects.get().sealed_password is None
        connections.reconnect_hat(hat_owner=owner, at=timezone.now())

        run()

        assert Retrieval.objects.get().status == "stored"
        assert MarketAccount.objects.get().username == name

    def test_an_account_of_our_name_that_is_not_ours_is_left_alone(self, hat):
        owner = hat.connected()
        acceptance = steps.say_yes(steps.funded_line(), owner)
        market_accounts.accounts_of([owner.pk], at=timezone.now())
        MarketAccount.objects.update(username=GIVEN["account_username"])
        give_account(hat)

        with pytest.raises(HatLockedOut):
            debits.propose_debit(debit=acceptance.debit, at=timezone.now())

        assert user_number(hat, GIVEN["account_username"]) != str(
            MarketAccount.objects.get().user_id
        )

    def test_two_workers_think_up_one_account(self, hat):
        owner = hat.connected()
        first = market_accounts.accounts_of([owner.pk], at=timezone.now())
        second = market_accounts.accounts_of([owner.pk], at=timezone.now())

        assert first[owner.pk].password == second[owner.pk].password

    def test_a_hat_that_is_not_connected_gets_none(self, hat):
        owner = hat.connected(status="frozen")

        assert market_accounts.accounts_of([owner.pk], at=timezone.now()) == {}
        assert not MarketAccount.objects.exists()


class TestLockedOut:
    """Our account is not let in: the operator's to mend, and nobody else's fault."""

    @pytest.fixture(params=["platform", "given"])
    def way(self, request, choose) -> str:
        choose(request.param)
        return str(request.param)

    @pytest.fixture
    def lock(self, choose, way):
        """Somebody changes the password at the provider, and we are not told."""

        def now() -> None:
            HatCredential.objects.all().delete()
            key = "account_password" if way == "given" else "platform_password"
            choose(way, **{key: "wrong"})

        return now

    def test_a_proposal_waits_and_nobody_is_refused(self, hat, lock):
        acceptance = steps.say_yes(steps.funded_line(), hat.connected())
        lock()

        with pytest.raises(HatLockedOut):
            debits.propose_debit(debit=acceptance.debit, at=timezone.now())

        acceptance.refresh_from_db()
        assert acceptance.status == "accepted"
        assert steps.debit_of(acceptance).status == "intended"

    def test_a_reading_waits_and_its_attempt_does_not_count(self, hat, lock):
        steps.confirmed(steps.funded_line(), hat)
        lock()

        run()

        retrieval = Retrieval.objects.get()
        assert (retrieval.status, retrieval.problem) == ("broken", "locked_out")
        assert retrieval.attempts == 0

    def test_moderators_are_told_once_a_day_and_the_owner_is_not(self, hat, lock):
        moderator = make_moderator()
        acceptance = steps.confirmed(steps.funded_line(), hat)
        lock()

        for _ in range(2):
            run()
            Retrieval.objects.update(due_at=timezone.now())

        notice = Notification.objects.get(user=moderator)
        assert notice.notice == "hat_locked_out"
        assert "wrong" not in f"{notice.subject}{notice.line}"
        assert not Notification.objects.filter(user=acceptance.hat_owner.user).exists()

    def test_it_is_remembered_since_when(self, hat, lock):
        acceptance = steps.confirmed(steps.funded_line(), hat)
        lock()
        run()
        since = HatCredential.objects.get(hat_owner=acceptance.hat_owner).refused_at
        Retrieval.objects.update(due_at=timezone.now())

        run()

        assert since is not None
        assert HatCredential.objects.get(hat_owner=acceptance.hat_owner).refused_at == since

    def test_what_waited_goes_on_as_soon_as_one_hat_lets_us_in(
        self, sandbox, hat, lock, way, choose
    ):
        line = steps.funded_line()
        waiting = steps.confirmed(line, hat)
        lock()
        run()
        other = sandbox.hat()
        if way == "given":
            give_account(other)
        steps.say_yes(line, other.connected())
        with pytest.raises(HatLockedOut):
            debits.propose_debit(debit=DataDebit.objects.latest("pk"), at=timezone.now())
        choose(way)

        debits.propose_debit(debit=DataDebit.objects.latest("pk"), at=timezone.now())
        run()

        assert Retrieval.objects.get(debit__acceptance=waiting).status == "stored"

    def test_after_five_refusals_the_other_hats_are_left_in_peace(self, sandbox, lock, way):
        line = steps.funded_line()
        hats = sandbox.hats(8)
        if way == "given":
            for one in hats:
                give_account(one)
        for one in hats:
            steps.confirmed(line, one, plays=0)
        lock()
        with_one_at_a_time = override_settings(RETRIEVAL_CONCURRENCY=1)

        with with_one_at_a_time:
            run()

        assert Retrieval.objects.filter(problem="locked_out").count() == 8
        assert HatCredential.objects.filter(refused_at__isnull=False).count() == 5


class TestAnAccountThatIsSwitchedOff:
    @pytest.fixture
    def way(self, choose) -> str:
        choose("account")
        return "account"

    def switch(self, hat: SandboxHat, what: str) -> None:
        number = MarketAccount.objects.get().user_id
        hat.call("PUT", f"/users/user/{number}/{what}")

    def test_it_is_locked_out_and_heals_when_switched_on_again(self, hat):
        steps.confirmed(steps.funded_line(), hat)
        self.switch(hat, "disable")
        run()
        locked = Retrieval.objects.get().problem
        self.switch(hat, "enable")
        Retrieval.objects.update(due_at=timezone.now())

        run()

        assert locked == "locked_out"
        assert Retrieval.objects.get().status == "stored"
        assert HatCredential.objects.get().refused_at is None

    def test_a_deleted_one_is_not_made_again_behind_anybodys_back(self, hat):
        steps.confirmed(steps.funded_line(), hat)
        self.switch(hat, "delete")

        run()

        listed = [one["email"] for one in hat.call("GET", "/users/user")]
        assert Retrieval.objects.get().problem == "locked_out"
        assert MarketAccount.objects.get().username not in listed


class TestWhoLeft:
    @pytest.fixture(params=OUR_WAYS)
    def way(self, request, choose) -> str:
        choose(request.param)
        return str(request.param)

    def test_no_token_comes_back_after_the_owner_has_left(self, hat):
        acceptance = steps.proposed(steps.funded_line(), hat)
        owner = acceptance.hat_owner
        talks = Talks()
        talks.load([owner.pk], at=timezone.now())
        connections.disconnect_hat(hat_owner=owner, at=timezone.now())

        async def ask(hats: HatClient) -> object:
            fresh = hat_at(owner.hat_domain)
            return await talks.ask(
                hats,
                fresh,
                owner_id=owner.pk,
                question=lambda token: refuse_once(token, hats, fresh, acceptance),
            )

        converse(ask)
        talks.save(at=timezone.now())

        assert not HatCredential.objects.exists()

    def test_an_intended_debit_is_not_proposed_until_they_come_back(self, hat):
        acceptance = steps.say_yes(steps.funded_line(), hat.connected())
        owner = acceptance.hat_owner
        connections.disconnect_hat(hat_owner=owner, at=timezone.now())
        run_outbox()
        before = dict(hat.books()["debits"])
        connections.reconnect_hat(hat_owner=owner, at=timezone.now())

        sweeps.sweep(at=timezone.now())
        run_outbox()

        assert before == {}
        assert steps.debit_of(acceptance).status == "proposed"

    def test_what_is_due_is_not_even_claimed(self, hat):
        acceptance = steps.confirmed(steps.funded_line(), hat)
        connections.disconnect_hat(hat_owner=acceptance.hat_owner, at=timezone.now())

        assert leases.claim(limit=5, at=timezone.now()) == []

    def test_it_is_due_again_when_they_come_back(self, hat):
        acceptance = steps.confirmed(steps.funded_line(), hat)
        due_at = Retrieval.objects.get().due_at
        owner = acceptance.hat_owner
        connections.disconnect_hat(hat_owner=owner, at=timezone.now())
        connections.reconnect_hat(hat_owner=owner, at=timezone.now())

        retrieval = Retrieval.objects.get()
        assert retrieval.due_at >= due_at
        assert retrieval.due_at <= timezone.now()
        assert retrieval.problem == ""


async def refuse_once(
    token: HatToken,
    hats: HatClient,
    hat: Hat,
    acceptance: Acceptance,
    *,
    refused: list[str] = [],  # noqa: B006  # shared on purpose
) -> object:
    """A question whose first token the HAT refuses."""
    if not refused:
        refused.append(token.value)
        raise HatTokenExpired
    return await hats.debit(hat, token=token, debit_id=str(acceptance.uid))


def test_a_batch_with_one_refused_token_disturbs_no_neighbour(sandbox: Sandbox):
    line = steps.funded_line()
    yeses = steps.many_confirmed(line, sandbox, count=3)
    spoil_token(yeses[1])

    run()

    assert Retrieval.objects.filter(status="stored").count() == 3


def test_a_batch_takes_as_many_queries_for_many_hats_as_for_one(
    sandbox: Sandbox, django_assert_num_queries
):
    line = steps.funded_line()
    owners = [one.hat_owner_id for one in steps.many_confirmed(line, sandbox, count=4)]

    for wanted in (owners[:1], owners[1:]):
        talks = Talks()
        with django_assert_num_queries(2):
            talks.load(wanted, at=timezone.now())
        with django_assert_num_queries(0):
            talks.save(at=timezone.now())
