"""Which token a HAT is asked with, and what is kept of it, against a scripted HAT."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Notification
from hats.actions import credentials
from hats.actions.credentials import Kept
from hats.actions.doors import Deed
from hats.actions.talks import talk
from hats.errors import HatLockedOut, HatUnreachable, NoHatAccess
from hats.models import CredentialKind, HatCredential, HatOwner
from hats.queries import opened_token
from tests.factories import make_hat_owner, make_moderator
from tests.hats.conftest import a_key, login_token, pem_of
from tests.hats.scripted import answer

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC).replace(microsecond=0)
SOURCES = "/api/v2.6/data/sources"


@pytest.fixture
def owner(hat) -> HatOwner:
    return make_hat_owner(hat.identity, cluster="hat.test", public_key=pem_of(a_key("alice")))


def keep(owner: HatOwner, token: str, *, kind: CredentialKind = CredentialKind.PLATFORM) -> None:
    expires_at = NOW + timedelta(days=9)
    kept = Kept(owner_id=owner.pk, kind=kind, token=token, expires_at=expires_at)
    credentials.keep([kept], at=NOW)


def ask(owner: HatOwner, *, at: datetime = NOW, deed: Deed = Deed.DEBITS) -> frozenset[str]:
    return talk(owner, lambda hats, hat, token: hats.sources(hat, token=token), at=at, deed=deed)


def kept(owner: HatOwner) -> HatCredential:
    return HatCredential.objects.get(hat_owner=owner)


def logs_in(scripted, hat, **changes) -> str:
    token = login_token(hat, at=NOW, application=None, accessScope="platform", **changes)
    scripted.on("/users/access_token", answer({"accessToken": token, "userId": "1"}))
    return token


def paths(scripted) -> list[str]:
    return [heard.path for heard in scripted.heard]


class TestOurAccounts:
    def test_without_a_token_it_logs_in_and_keeps_the_token(self, owner, hat, scripted):
        token = logs_in(scripted, hat)
        scripted.on(SOURCES, answer({}))

        ask(owner)

        assert opened_token(kept(owner)).value == token
        assert kept(owner).expires_at == NOW + timedelta(days=25)

    def test_a_kept_token_is_used_without_logging_in(self, owner, hat, scripted):
        keep(owner, login_token(hat))
        scripted.on(SOURCES, answer({}))

        ask(owner)

        assert paths(scripted) == [SOURCES]

    def test_a_renewal_is_kept_once_a_day(self, owner, hat, scripted):
        old, renewed = login_token(hat), login_token(hat, jti="renewed")
        keep(owner, old)
        scripted.on(SOURCES, answer({}, headers={"X-Auth-Token": renewed}))

        ask(owner, at=NOW + timedelta(hours=23))
        after_hours = opened_token(kept(owner)).value
        ask(owner, at=NOW + timedelta(hours=25))

        assert after_hours == old
        assert opened_token(kept(owner)).value == renewed

    def test_the_end_of_a_renewed_token_does_not_move(self, owner, hat, scripted):
        keep(owner, login_token(hat))
        renewal = {"X-Auth-Token": login_token(hat, jti="renewed")}
        scripted.on(SOURCES, answer({}, headers=renewal))

        ask(owner, at=NOW + timedelta(days=2))

        assert kept(owner).expires_at == NOW + timedelta(days=9)

    def test_a_token_signed_with_another_key_is_not_used(self, owner, hat, scripted):
        logs_in(scripted, hat, by="mallory")

        with pytest.raises(HatUnreachable) as trouble:
            ask(owner)

        assert trouble.value.reason == "changed_key"
        assert paths(scripted) == ["/users/access_token"]
        assert not HatCredential.objects.exists()

    def test_to_be_let_in_and_not_believed_is_to_be_locked_out(self, owner, hat, scripted):
        logs_in(scripted, hat)
        scripted.on(SOURCES, answer({}, status=401))

        with pytest.raises(HatLockedOut):
            ask(owner)

        assert paths(scripted) == ["/users/access_token", SOURCES]
        assert kept(owner).refused_at == NOW

    def test_a_hat_that_does_not_answer_is_not_said_to_lock_us_out(self, owner, hat, scripted):
        scripted.on("/users/access_token", answer(b"", status=503))

        with pytest.raises(HatUnreachable) as trouble:
            ask(owner)

        assert trouble.value.reason != "locked_out"
        assert not HatCredential.objects.exists()


class TestTheOwnersToken:
    def test_only_the_owner_can_bring_another(self, owner, hat, scripted):
        moderator = make_moderator()
        keep(owner, login_token(hat), kind=CredentialKind.APPLICATION)
        scripted.on(SOURCES, answer({}, status=401))

        with pytest.raises(NoHatAccess):
            ask(owner, deed=Deed.OWN_VALUES)

        assert paths(scripted) == [SOURCES]
        assert kept(owner).refused_at == NOW
        assert not Notification.objects.filter(user=moderator).exists()

    def test_without_one_nothing_is_asked_and_nothing_kept(self, owner, scripted):
        with pytest.raises(NoHatAccess):
            ask(owner, deed=Deed.OWN_VALUES)

        assert scripted.heard == []
        assert not HatCredential.objects.exists()

    def test_a_newer_one_is_not_forgotten_for_an_older_ones_refusal(self, owner, hat, scripted):
        newer = login_token(hat, jti="newer")
        keep(owner, newer, kind=CredentialKind.APPLICATION)
        late = Kept(
            owner_id=owner.pk, kind=CredentialKind.APPLICATION, expires_at=NOW - timedelta(hours=1)
        )

        credentials.keep([late], at=NOW - timedelta(hours=1))

        assert opened_token(kept(owner)).value == newer
        assert kept(owner).refused_at is None

    def test_it_never_serves_for_debits(self, owner, hat, scripted):
        keep(owner, login_token(hat), kind=CredentialKind.APPLICATION)
        platform = logs_in(scripted, hat)
        scripted.on(SOURCES, answer({}))

        ask(owner)

        assert scripted.heard[-1].headers["x-auth-token"] == platform


def test_what_is_kept_is_sealed(owner, hat):
    token = login_token(hat)
    keep(owner, token)

    assert token.encode() not in bytes(kept(owner).sealed_token)


@pytest.mark.parametrize("status", ["frozen", "disconnected"])
def test_nothing_is_kept_for_a_hat_that_is_not_connected(owner, hat, status):
    HatOwner.objects.update(status=status)

    keep(owner, login_token(hat))

    assert not HatCredential.objects.exists()
