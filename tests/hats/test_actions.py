"""Logging in with a HAT, leaving and coming back, tokens kept sealed, and what a HAT holds."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import AuditEntry, User
from common import events
from common.errors import InvalidTransition
from common.models import OutboxMessage
from hats import queries
from hats.actions import connections, credentials, holdings, logins
from hats.bundles import parse_bundle
from hats.configured import hat_at
from hats.errors import (
    HatRefused,
    HatTokenRefused,
    HatUnreachable,
    NoHatAccess,
    OwnValuesUnavailable,
)
from hats.models import (
    CredentialKind,
    HatCredential,
    HatOwner,
    HatOwnerStatus,
    PinnedKey,
    UsedLoginToken,
)
from hats.tasks import refresh_endpoints
from tests.hats.conftest import login_token
from tests.hats.scripted import answer, raw

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC).replace(microsecond=0)
BUNDLE = parse_bundle(
    {
        "name": "plays",
        "bundle": {
            "plays": {
                "endpoints": [{"endpoint": "spotify/feed", "mapping": {"song": "track.name"}}],
                "orderBy": "played_at",
                "limit": 1,
            }
        },
    }
)


def play(number: int) -> dict[str, object]:
    data = {"track": {"name": f"Song {number}"}, "played_at": f"2026-03-0{number}"}
    return {"endpoint": "spotify/feed", "recordId": f"r-{number}", "data": data}


@pytest.fixture
def owner(hat) -> HatOwner:
    """Alice, who has just logged in for the first time."""
    return logins.log_in(hat=hat, token=login_token(hat, at=NOW), at=NOW)


@pytest.fixture(autouse=True)
def _no_sources(monkeypatch):
    monkeypatch.setattr(holdings, "_sources", [])


class TestFirstLogin:
    def test_it_creates_the_owner_and_pins_the_key(self, hat, owner):
        assert (owner.hat_domain, owner.cluster) == (hat.identity, "hat.test")
        assert owner.status == HatOwnerStatus.CONNECTED
        assert owner.last_seen_at == NOW
        assert (owner.user.email, owner.user.has_usable_password()) == (None, False)
        assert PinnedKey.objects.get(hat_owner=owner).public_key == owner.public_key
        assert AuditEntry.objects.get(subject=f"hats.hatowner:{owner.pk}").action == "hat.connected"

    def test_the_token_is_kept_sealed_and_can_be_opened(self, owner, hat):
        row = HatCredential.objects.get(hat_owner=owner, kind=CredentialKind.APPLICATION)
        token = queries.application_token(owner, at=NOW)

        assert token is not None
        assert token.value.count(".") == 2
        assert token.value.encode() not in bytes(row.sealed_token)
        assert row.expires_at == NOW + timedelta(days=30)
        assert queries.application_token(owner, at=NOW + timedelta(days=31)) is None

    def test_it_asks_to_learn_what_the_hat_holds(self, owner):
        message = OutboxMessage.objects.get(task="hats.refresh_endpoints")

        assert message.arguments == {"hat_owner_id": owner.pk}

    def test_an_identity_token_logs_in_without_access(self, hat, settings):
        token = login_token(
            hat, at=NOW, application=None, accessScope="validate", resource=settings.SITE_URL
        )

        owner = logins.log_in(hat=hat, token=token, at=NOW)

        assert queries.application_token(owner, at=NOW) is None
        assert not OutboxMessage.objects.exists()

    @pytest.mark.parametrize(
        "changes", [{"iss": "mallory.hat.test"}, {"application": "other"}, {"by": "mallory"}]
    )
    def test_a_token_that_proves_nothing_creates_nobody(self, hat, changes):
        with pytest.raises(HatTokenRefused):
            logins.log_in(hat=hat, token=login_token(hat, at=NOW, **changes), at=NOW)

        assert not HatOwner.objects.exists()
        assert not User.objects.exists()
        assert not UsedLoginToken.objects.exists()

    def test_a_hat_that_cannot_be_asked_creates_nobody(self, hat, scripted):
        scripted.on("/publickey", raw(b""))
        with pytest.raises(HatUnreachable):
            logins.log_in(hat=hat, token=login_token(hat, at=NOW), at=NOW)

        scripted.on("/publickey", answer(b"<html>", content_type="text/html"))
        with pytest.raises(HatRefused):
            logins.log_in(hat=hat, token=login_token(hat, at=NOW), at=NOW)

        assert not HatOwner.objects.exists()


class TestLaterLogin:
    def test_the_same_person_is_found_again_without_asking_for_the_key(self, hat, owner, scripted):
        scripted.on("/publickey", answer(b"", status=500))
        later = NOW + timedelta(minutes=5)

        again = logins.log_in(hat=hat, token=login_token(hat, at=later), at=later)

        assert (again, HatOwner.objects.count()) == (owner, 1)
        assert again.last_seen_at == later

    def test_a_token_logs_in_once(self, hat, owner):
        token = login_token(hat, at=NOW)
        with pytest.raises(HatTokenRefused) as refusal:
            logins.log_in(hat=hat, token=token, at=NOW)

        assert refusal.value.reason == "used"

    def test_hashes_of_expired_tokens_are_forgotten(self, hat, owner):
        later = NOW + timedelta(days=31)

        logins.log_in(hat=hat, token=login_token(hat, at=later), at=later)

        assert UsedLoginToken.objects.count() == 1

    def test_a_disconnected_owner_is_let_in_and_stays_disconnected(self, hat, owner):
        connections.disconnect_hat(hat_owner=owner, at=NOW)
        later = NOW + timedelta(minutes=5)

        again = logins.log_in(hat=hat, token=login_token(hat, at=later), at=later)

        assert (again.pk, again.status) == (owner.pk, HatOwnerStatus.DISCONNECTED)
        assert not HatCredential.objects.exists()
        assert OutboxMessage.objects.count() == 1  # of the first log-in


@pytest.mark.django_db(transaction=True)
def test_two_first_log_ins_at_once_make_one_owner(hat):
    owners, start = [], threading.Barrier(2)

    def log_in(number: int) -> None:
        start.wait()
        token = login_token(hat, at=NOW, jti=str(number))
        owners.append(logins.log_in(hat=hat, token=token, at=NOW).pk)
        connection.close()

    threads = [threading.Thread(target=log_in, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert owners == [HatOwner.objects.get().pk] * 2
    assert User.objects.count() == 1


class TestLeaving:
    def test_disconnecting_destroys_every_token(self, owner):
        connections.disconnect_hat(hat_owner=owner, at=NOW)

        owner.refresh_from_db()
        assert (owner.status, owner.endpoints) == (HatOwnerStatus.DISCONNECTED, [])
        assert not HatCredential.objects.exists()
        assert AuditEntry.objects.get(action="hat.disconnected").owner_user == owner.user

    def test_disconnecting_twice_is_refused(self, owner):
        connections.disconnect_hat(hat_owner=owner, at=NOW)

        with pytest.raises(InvalidTransition):
            connections.disconnect_hat(hat_owner=owner, at=NOW)

        assert AuditEntry.objects.filter(action="hat.disconnected").count() == 1


class TestComingBack:
    def test_it_connects_again_and_says_so(self, owner, monkeypatch):
        heard: list[object] = []
        monkeypatch.setattr(events, "_subscribers", {events.HatConnected: [heard.append]})
        HatOwner.objects.update(status=HatOwnerStatus.DISCONNECTED)

        connections.reconnect_hat(hat_owner=owner, at=NOW + timedelta(days=1))

        owner.refresh_from_db()
        assert owner.status == HatOwnerStatus.CONNECTED
        assert owner.connected_at == NOW + timedelta(days=1)
        assert heard == [events.HatConnected(owner.pk, NOW + timedelta(days=1))]

    @pytest.mark.parametrize("status", ["connected", "frozen"])
    def test_only_a_disconnected_hat_can_be_connected_again(self, owner, status):
        HatOwner.objects.update(status=status)

        with pytest.raises(InvalidTransition):
            connections.reconnect_hat(hat_owner=owner, at=NOW)

        owner.refresh_from_db()
        assert owner.status == status


class TestHoldings:
    def test_only_names_of_endpoints_with_data_are_kept(self, owner, scripted):
        holdings.ask_about(lambda: ["spotify/feed", "fitbit/sleep", "secret/diary", "Not A Name"])
        scripted.on("/api/v2.6/data/spotify/feed", answer([play(1)]))
        scripted.on("/api/v2.6/data/fitbit/sleep", answer([]))
        scripted.on("/api/v2.6/data/secret/diary", answer({"error": "Forbidden"}, status=403))

        refresh_endpoints(hat_owner_id=owner.pk)

        owner.refresh_from_db()
        assert owner.endpoints == ["spotify/feed"]
        assert owner.endpoints_read_at is not None
        assert owner.namespaces == ["fitbit", "spotify"]
        namespaces = queries.namespaces_of(owner)
        assert [(one.name, one.kinds) for one in namespaces] == [("fitbit", 0), ("spotify", 1)]

    def test_a_source_is_asked_once_however_often_it_registers(self):
        def source() -> list[str]:
            return []

        holdings.ask_about(source)
        holdings.ask_about(source)

        assert holdings._sources == [source]  # noqa: SLF001

    def test_an_unreachable_hat_keeps_what_was_known_and_is_asked_again(self, owner, scripted):
        HatOwner.objects.update(endpoints=["spotify/feed"])
        holdings.ask_about(lambda: ["spotify/feed"])
        scripted.on("*", answer(b"", status=503))

        with pytest.raises(HatUnreachable):
            refresh_endpoints(hat_owner_id=owner.pk)

        owner.refresh_from_db()
        assert owner.endpoints == ["spotify/feed"]

    @pytest.mark.parametrize("why", ["expired", "disconnected", "untrusted"])
    def test_without_the_owners_token_nothing_is_asked(self, owner, scripted, settings, why):
        holdings.ask_about(lambda: ["spotify/feed"])
        scripted.on("*", answer({"error": "Not Authenticated"}, status=401))
        HatOwner.objects.update(endpoints=["spotify/feed"])
        if why == "disconnected":
            HatOwner.objects.update(status=HatOwnerStatus.DISCONNECTED)
        if why == "untrusted":
            settings.HAT_CLUSTERS = []

        refresh_endpoints(hat_owner_id=owner.pk)

        owner.refresh_from_db()
        assert owner.endpoints == ["spotify/feed"]

    def test_a_renewed_token_replaces_the_old_one(self, owner, hat, scripted):
        renewed = login_token(hat, at=NOW, jti="renewed")
        holdings.ask_about(lambda: ["spotify/feed"])
        scripted.on("*", answer([play(1)], headers={"X-Auth-Token": renewed}))

        refresh_endpoints(hat_owner_id=owner.pk)

        token = queries.application_token(owner, at=NOW)
        assert token is not None
        assert token.value == renewed


class TestOwnValues:
    def test_they_are_what_the_bundle_would_take(self, owner, scripted):
        scripted.on("/api/v2.6/data/spotify/feed", answer([play(2), play(1)]))

        values = holdings.own_values(hat_owner=owner, bundle=BUNDLE, at=NOW)

        assert values == {
            "plays": [{"endpoint": "spotify/feed", "recordId": "r-1", "data": {"song": "Song 1"}}]
        }
        assert "ordering=descending" in scripted.heard[-1].path

    def test_looking_is_recorded_without_the_values(self, owner, scripted):
        scripted.on("/api/v2.6/data/spotify/feed", answer([play(1)]))

        holdings.own_values(hat_owner=owner, bundle=BUNDLE, at=NOW)

        entry = AuditEntry.objects.get(action="own_values.seen")
        assert (entry.owner_user, entry.details) == (owner.user, {})

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_hat_that_does_not_let_us_look_says_so_kindly(self, owner, scripted, status):
        scripted.on("/api/v2.6/data/spotify/feed", answer({}, status=status))

        with pytest.raises(NoHatAccess):
            holdings.own_values(hat_owner=owner, bundle=BUNDLE, at=NOW)

        assert not AuditEntry.objects.filter(action="own_values.seen").exists()

    def test_without_a_token_nothing_is_asked(self, owner, scripted):
        credentials.destroy(hat_owner=owner)
        before = len(scripted.heard)

        with pytest.raises(NoHatAccess):
            holdings.own_values(hat_owner=owner, bundle=BUNDLE, at=NOW)

        assert len(scripted.heard) == before

    def test_data_that_does_not_fit_is_unavailable(self, owner, scripted):
        extract = {"transformation": "datetimeExtract", "part": "hour"}
        condition = {
            "field": "played_at",
            "transformation": extract,
            "operator": {"operator": "contains", "value": 9},
        }
        query = {"endpoint": "spotify/feed", "filters": [condition]}
        bundle = parse_bundle({"name": "b", "bundle": {"p": {"endpoints": [query]}}})
        odd = {"endpoint": "spotify/feed", "recordId": "r", "data": {"played_at": "one day"}}
        scripted.on("/api/v2.6/data/spotify/feed", answer([odd]))

        with pytest.raises(OwnValuesUnavailable):
            holdings.own_values(hat_owner=owner, bundle=bundle, at=NOW)

    def test_a_broken_answer_is_refused(self, owner, scripted):
        scripted.on("/api/v2.6/data/spotify/feed", answer(b"<html>", content_type="text/html"))

        with pytest.raises(HatRefused):
            holdings.own_values(hat_owner=owner, bundle=BUNDLE, at=NOW)


def test_the_platforms_password_never_reaches_the_log(hat, caplog, scripted):
    scripted.on("/publickey", answer(b"", status=500))
    with pytest.raises(HatUnreachable):
        logins.log_in(hat=hat_at("bob.hat.test"), token="aa.bb.cc", at=NOW)

    assert "p%ss" not in caplog.text
