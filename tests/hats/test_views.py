"""T11, T20-T24: the way to the HAT and back, as a browser sees it."""

import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.audit import Action, record
from hats import http, queries
from hats.models import HatCredential, HatOwner, HatOwnerStatus, MarketAccount, UsedLoginToken
from tests.hats.conftest import login_token
from tests.hats.scripted import answer, raw

pytestmark = pytest.mark.django_db

LOGIN, BACK, SETTINGS = "/hat/log-in/", "/hat/log-in/back/", "/hat/"
NOT_CONFIRMED = "Your HAT could not confirm who you are. Please log in again."


@pytest.fixture(autouse=True)
def _no_failures_yet(db):
    cache.clear()


def words(response) -> str:
    """What the page says, without its tags."""
    return " ".join(strip_tags(response.content.decode()).split())


def start(client: Client, address: str = "alice.hat.test", **more: str) -> str:
    """Type an address and return the page of the HAT the browser is led to."""
    response = client.post(LOGIN, {"address": address, **more})
    assert response.status_code == 303, response.content
    return response["Location"]


def state_of(hat_page: str) -> str:
    redirect = parse_qs(urlsplit(hat_page).query)["redirect"][0]
    return parse_qs(urlsplit(redirect).query)["state"][0]


def come_back(client: Client, state: str, token: str):
    return client.get(BACK, {"state": state, "token": token})


def log_in(client: Client, hat, **changes):
    return come_back(client, state_of(start(client)), login_token(hat, **changes))


class TestTheWayThere:
    def test_the_page_asks_for_an_address_and_no_password(self, client, hat):
        page = client.get(LOGIN)

        assert page.status_code == 200
        assert b'name="address"' in page.content
        assert b'type="password"' not in page.content
        assert b"yourname.hat.test" in page.content

    def test_the_browser_is_led_to_the_hats_own_page(self, client, hat, scripted, settings):
        target = urlsplit(start(client, "https://Alice.hat.test/"))
        query = parse_qs(target.query)

        assert (target.netloc, target.path) == (hat.identity, "/hatlogin")
        assert query["name"] == ["hat-market"]
        assert query["redirect"][0].startswith(f"{settings.SITE_URL}{BACK}?state=")
        assert query["fallback"] == [f"{settings.SITE_URL}/hat/log-in/cancelled/"]
        assert scripted.connections == 0

    @pytest.mark.parametrize(
        ("address", "sentence"),
        [
            ("127.1", "Please enter the address of your HAT"),
            ("alice.hat.test:22", "Please enter the address of your HAT"),
            ("alice.hat.test@evil.example", "Please enter the address of your HAT"),
            ("evilhat.test", "We do not know this HAT provider yet"),
            ("alice.hat.test.evil.com", "We do not know this HAT provider yet"),
            ("", "This field is required"),
        ],
    )
    def test_other_addresses_are_refused_kindly_and_nothing_is_asked(
        self, client, hat, scripted, address, sentence
    ):
        response = client.post(LOGIN, {"address": address})

        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert scripted.connections == 0

    def test_somebody_who_says_no_on_the_hat_is_told_that_nothing_happened(self, client, hat):
        response = client.get("/hat/log-in/cancelled/", follow=True)

        assert "Nothing was shared" in response.content.decode()

    @pytest.mark.parametrize(
        "error", ["access_denied", "access_denied&error_reason=user_cancelled"]
    )
    def test_a_refusal_in_either_form_of_the_hat_is_understood(self, client, hat, error):
        response = client.get(BACK, {"state": state_of(start(client)), "error": error})

        assert response["Location"] == "/hat/log-in/cancelled/"
        assert not HatOwner.objects.exists()


class TestTheWayBack:
    def test_a_good_token_logs_in_and_leads_to_a_clean_address(self, client, hat):
        response = log_in(client, hat)

        assert (response.status_code, response["Location"]) == (303, reverse("accounts:home"))
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
        owner = HatOwner.objects.get()
        assert client.session["_auth_user_id"] == str(owner.user_id)
        assert client.session["hat_domain"] == hat.identity

    def test_the_session_gets_a_new_key(self, client, hat):
        state = state_of(start(client))
        before = client.session.session_key

        come_back(client, state, login_token(hat))

        assert client.session.session_key != before

    def test_the_person_goes_on_to_where_they_wanted(self, client, hat):
        state = state_of(start(client, next="/somewhere/"))

        assert come_back(client, state, login_token(hat))["Location"] == "/somewhere/"

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil"])
    def test_nobody_is_led_to_another_site(self, client, hat, elsewhere):
        state = state_of(start(client, next=elsewhere))

        assert come_back(client, state, login_token(hat))["Location"] == reverse("accounts:home")

    def refused(self, response) -> bool:
        """One answer for all: same status, same words, nobody logged in, nothing stored."""
        assert response.status_code == 401
        assert NOT_CONFIRMED in response.content.decode()
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
        return "_auth_user_id" not in response.client.session

    @pytest.mark.parametrize(
        "changes",
        [
            {"by": "mallory"},
            {"iss": "mallory.hat.test"},
            {"exp": None},
            {"application": None, "accessScope": "owner", "resource": "alice.hat.test"},
            {"at": datetime.now(UTC) - timedelta(hours=1)},
        ],
    )
    def test_a_token_that_proves_nothing_is_refused(self, client, hat, changes):
        assert self.refused(log_in(client, hat, **changes))
        assert not HatOwner.objects.exists()
        assert not HatCredential.objects.exists()

    def test_a_state_is_good_for_one_use(self, client, hat):
        state = state_of(start(client))
        come_back(client, state, login_token(hat))
        client.logout()

        assert self.refused(come_back(client, state, login_token(hat, jti="second")))

    def test_a_token_is_good_for_one_use(self, client, hat):
        token = login_token(hat)
        come_back(client, state_of(start(client)), token)
        client.logout()

        assert self.refused(come_back(client, state_of(start(client)), token))
        assert UsedLoginToken.objects.count() == 1

    def test_the_state_of_another_browser_is_refused(self, client, hat):
        theirs = state_of(start(Client()))
        start(client)

        assert self.refused(come_back(client, theirs, login_token(hat)))

    @pytest.mark.parametrize("state", ["", "forged", "a:b:c"])
    def test_a_missing_or_forged_state_is_refused(self, client, hat, state):
        start(client)

        assert self.refused(come_back(client, state, login_token(hat)))

    def test_an_old_state_is_refused(self, client, hat, time_machine):
        state = state_of(start(client))
        time_machine.move_to(datetime.now(UTC) + timedelta(minutes=16))

        assert self.refused(come_back(client, state, login_token(hat)))

    def test_a_token_for_another_hat_than_the_one_typed_is_refused(self, client, hat):
        state = state_of(start(client, "bob.hat.test"))

        assert self.refused(come_back(client, state, login_token(hat)))

    def test_a_hat_taken_from_the_configuration_meanwhile_is_refused(self, client, hat, settings):
        state = state_of(start(client))
        settings.HAT_CLUSTERS = []

        assert self.refused(come_back(client, state, login_token(hat)))

    @pytest.mark.parametrize(
        "script",
        [
            raw(b""),
            answer(b"", status=500),
            answer(b"", status=404),
            answer(b"<html>", content_type="text/html"),
            answer(b"k" * 9000, content_type="text/plain"),
        ],
    )
    def test_every_trouble_with_the_hat_reads_the_same(self, client, hat, scripted, script):
        scripted.on("/publickey", script)

        assert self.refused(log_in(client, hat))

    def test_several_tabs_can_log_in_at_once(self, client, hat):
        first, second = state_of(start(client)), state_of(start(client))

        assert come_back(client, first, login_token(hat)).status_code == 303
        assert second != first

    def test_only_the_newest_few_log_ins_of_a_session_are_remembered(self, client, hat):
        oldest, *_others = [state_of(start(client)) for _ in range(6)]

        assert len(client.session["hat_logins"]) == 5
        assert self.refused(come_back(client, oldest, login_token(hat)))

    def test_no_form_stands_on_a_page_that_names_no_referrer(self, client, hat):
        """Browsers send such a form with the origin "null", which the CSRF check refuses."""
        refused = come_back(client, "forged", login_token(hat))

        assert b'method="post"' not in refused.content
        assert client.get(LOGIN)["Referrer-Policy"] == "same-origin"

    def test_the_page_of_a_token_that_proves_nothing_does_not_repeat_it(self, client, hat):
        token = login_token(hat)

        assert token not in come_back(client, "forged", token).content.decode()

    def test_no_part_of_a_token_is_logged(self, client, hat, caplog):
        caplog.set_level(logging.DEBUG)
        good, bad = login_token(hat), login_token(hat, by="mallory")

        come_back(client, state_of(start(client)), bad)
        come_back(client, state_of(start(client)), good)

        assert good.rpartition(".")[2] not in caplog.text
        assert bad.rpartition(".")[2] not in caplog.text

    def test_the_state_names_no_secret(self, client, hat):
        content = signing.loads(state_of(start(client)), salt="hats.login")

        assert set(content) == {"nonce", "hat"}


class TestTooManyTries:
    def test_failures_from_one_place_are_limited(self, client, hat, monkeypatch):
        monkeypatch.setattr(http, "MOST_FAILURES", {timedelta(hours=1): 2})
        for _ in range(2):
            log_in(client, hat, by="mallory")

        there = client.post(LOGIN, {"address": "alice.hat.test"})
        back = client.get(BACK, {"state": "x", "token": login_token(hat)})

        assert (there.status_code, back.status_code) == (429, 429)
        assert "Please try again in an hour" in there.content.decode()
        assert not HatOwner.objects.exists()

    def test_log_ins_that_work_do_not_count(self, client, hat, monkeypatch):
        monkeypatch.setattr(http, "MOST_FAILURES", {timedelta(hours=1): 1})
        for number in range(3):
            assert log_in(client, hat, jti=str(number)).status_code == 303
            client.logout()


class TestMyHat:
    @pytest.fixture
    def owner(self, client, hat) -> HatOwner:
        log_in(client, hat)
        return HatOwner.objects.get()

    def test_it_says_which_kinds_of_data_the_log_in_may_read(self, client, owner):
        HatOwner.objects.update(
            endpoints=["spotify/feed", "spotify/playlists", "fitbit/sleep"],
            namespaces=["fitbit", "monzo", "spotify"],
            endpoints_read_at=datetime.now(UTC),
        )

        page = words(client.get(SETTINGS))

        assert owner.hat_domain in page
        assert "2 kinds of data" in page
        assert "1 kind of data" in page
        assert "Monzo Your HAT holds nothing there that offers ask for." in page

    def test_it_says_what_each_way_in_may_and_may_not(self, client, owner):
        page = words(client.get(SETTINGS))

        assert "Your log-in" in page
        assert "Write, change or delete anything on your HAT." in page
        assert "An account of Scripted, your provider, on each of its HATs." in page
        assert "Switch a debit on or off: that is yours alone, on your HAT." in page

    def test_it_names_our_own_account_once_it_is_made(self, client, owner, settings):
        settings.HAT_CLUSTERS[0]["access"] = "account"
        before = words(client.get(SETTINGS))
        MarketAccount.objects.create(
            hat_owner=owner, user_id=uuid4(), username="hat-market-1", made_at=datetime.now(UTC)
        )

        assert "It is made when you first say yes to an offer." in before
        assert "Named hat-market-1." in words(client.get(SETTINGS))

    def test_it_says_when_our_account_is_not_let_in_and_whose_it_is_to_mend(self, client, owner):
        HatCredential.objects.create(
            hat_owner=owner,
            kind="platform",
            sealed_token=b"",
            wrapped_key=b"",
            expires_at=datetime.now(UTC),
            refused_at=datetime.now(UTC),
        )

        assert "That is ours to mend, with your provider" in words(client.get(SETTINGS))

    def test_it_says_when_each_was_used_last(self, client, owner):
        at = datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
        record(Action.DEBIT_PROPOSED, owner, at=at, owner_user=owner.user)

        assert "20 November 2026, 09:15 UTC" in words(client.get(SETTINGS))

    def test_it_says_when_nothing_was_found(self, client, owner):
        assert "Nothing found yet" in client.get(SETTINGS).content.decode()

    def test_it_says_when_the_permission_has_ended(self, client, owner, settings):
        HatCredential.objects.all().delete()
        settings.HAT_CLUSTERS = []

        page = client.get(SETTINGS).content.decode()

        assert "Its permission has ended" in page
        assert "Open my HAT" not in page

    def test_it_takes_a_fixed_number_of_queries(self, client, owner, django_assert_num_queries):
        with django_assert_num_queries(6):
            client.get(SETTINGS)

    def test_a_frozen_one_leads_to_what_happened(self, client, owner):
        HatOwner.objects.update(status=HatOwnerStatus.FROZEN)

        page = client.get(SETTINGS).content.decode()

        assert "Your HAT is on hold" in page
        assert reverse("hats:key-changed") in page

    def test_disconnecting_asks_first_and_then_logs_out(self, client, owner):
        assert "Stay connected" in client.get("/hat/disconnect/").content.decode()
        owner.refresh_from_db()
        assert owner.status == HatOwnerStatus.CONNECTED

        response = client.post("/hat/disconnect/")

        owner.refresh_from_db()
        assert "We hold no key to it any more" in words(response)
        assert owner.status == HatOwnerStatus.DISCONNECTED
        assert "_auth_user_id" not in client.session

    def test_what_remains_on_the_hat_is_named(self, client, owner, settings, monkeypatch):
        settings.HAT_CLUSTERS[0]["access"] = "account"
        MarketAccount.objects.create(
            hat_owner=owner, user_id=uuid4(), username="hat-market-1", made_at=datetime.now(UTC)
        )
        debit = queries.DebitOnHat("Evening listening", "Tidewater", "enabled", "https://h.test/d")
        monkeypatch.setattr(queries, "_debit_sources", [lambda _owner, _at: [debit]])

        for page in (client.get("/hat/disconnect/"), client.post("/hat/disconnect/")):
            text = words(page)
            assert "The application “hat-market”" in text
            assert "Evening listening" in text
            assert 'href="https://h.test/d"' in page.content.decode()
            assert "Our account “hat-market-1”" in text

    @pytest.mark.parametrize("address", [SETTINGS, "/hat/disconnect/", "/hat/reconnect/"])
    def test_it_is_nobody_elses(self, client, buyer, address):
        assert client.get(address).status_code == 302

        client.force_login(buyer, backend="hats.backends.HatBackend")
        assert client.get(address).status_code == 404

    def test_a_person_locked_out_is_logged_out(self, client, owner):
        owner.user.is_active = False
        owner.user.save()

        assert client.get(SETTINGS).status_code == 302


class TestComingBack:
    @pytest.fixture
    def back_again(self, client, hat) -> HatOwner:
        """An owner who had disconnected, and has just logged in again."""
        log_in(client, hat)
        owner = HatOwner.objects.get()
        client.post("/hat/disconnect/")
        response = log_in(client, hat, jti="again")
        assert response["Location"] == "/hat/reconnect/"
        return owner

    def test_logging_in_asks_and_connects_nothing_by_itself(self, client, back_again):
        page = client.get("/hat/reconnect/")

        back_again.refresh_from_db()
        assert "Connect your HAT again?" in page.content.decode()
        assert back_again.status == HatOwnerStatus.DISCONNECTED
        assert not HatCredential.objects.exists()

    def test_no_leaves_everything_as_it_is(self, client, back_again):
        page = client.get("/hat/reconnect/").content.decode()

        assert f'href="{reverse("fulfilment:owner-home")}"' in page
        assert client.get(reverse("fulfilment:owner-home")).status_code == 200
        back_again.refresh_from_db()
        assert back_again.status == HatOwnerStatus.DISCONNECTED

    def test_yes_connects_and_fetches_a_new_token_from_the_hat(self, client, hat, back_again):
        response = client.post("/hat/reconnect/")

        come_back(client, state_of(response["Location"]), login_token(hat, jti="third"))
        back_again.refresh_from_db()
        assert response["Location"].startswith(f"{hat.origin}/hatlogin")
        assert back_again.status == HatOwnerStatus.CONNECTED
        assert HatCredential.objects.get().kind == "application"

    def test_yes_without_its_cluster_leads_to_my_hat(self, client, back_again, settings):
        settings.HAT_CLUSTERS = []

        assert client.post("/hat/reconnect/")["Location"] == SETTINGS

    def test_it_is_not_asked_of_a_hat_that_is_connected(self, client, hat):
        log_in(client, hat)

        assert client.get("/hat/reconnect/")["Location"] == SETTINGS

    def test_my_hat_offers_it_too(self, client, back_again):
        assert "Connect my HAT again" in client.get(SETTINGS).content.decode()
