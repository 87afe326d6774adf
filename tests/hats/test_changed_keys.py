"""T14: a HAT shows another key: frozen, explained by its owner, decided on by a moderator."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Notification
from common import events
from common.errors import NotFound
from hats import queries
from hats.actions import changed_keys, connections, logins
from hats.errors import HatIsFrozen, HatTokenRefused
from hats.models import (
    HatCredential,
    HatOwner,
    HatOwnerStatus,
    OwnersWord,
    PinnedKey,
    WordGivenBy,
)
from hats.tasks import look_at_key
from hats.tokens import fingerprint
from marketplace.invariants import violations
from tests.factories import make_hat_owner, make_moderator
from tests.hats.conftest import a_key, key_answer, login_token, pem_of
from tests.hats.test_views import come_back, log_in, start, state_of

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC).replace(microsecond=0)
CHANGED = reverse("hats:key-changed")
REASON = "Rang the owner on the number in the ticket."


@pytest.fixture
def owner(hat) -> HatOwner:
    """Alice, who has just logged in for the first time."""
    return logins.log_in(hat=hat, token=login_token(hat, at=NOW), at=NOW)


@pytest.fixture
def changed(scripted, owner) -> HatOwner:
    """Her HAT shows another key, and this was noticed."""
    scripted.on("/publickey", key_answer("bob"))
    look_at_key(hat_owner_id=owner.pk)
    owner.refresh_from_db()
    return owner


@pytest.fixture
def heard(monkeypatch):
    told: list[object] = []
    kinds = (events.HatFrozen, events.HatConnected, events.HatDisconnected)
    monkeypatch.setattr(events, "_subscribers", {kind: [told.append] for kind in kinds})
    return told


def trust(owner: HatOwner, **changes) -> None:
    usual = {"by": make_moderator(), "reason": REASON, "at": NOW}
    changed_keys.trust_new_key(hat_owner=owner, **(usual | changes))


def refuse(owner: HatOwner, **changes) -> None:
    usual = {"by": make_moderator(), "reason": REASON, "at": NOW}
    changed_keys.refuse_new_key(hat_owner=owner, **(usual | changes))


class TestFreezing:
    def test_it_stops_and_destroys_what_we_hold(self, heard, changed):
        assert changed.status == HatOwnerStatus.FROZEN
        assert not HatCredential.objects.exists()
        assert [type(event) for event in heard] == [events.HatFrozen]

    def test_owner_and_moderators_are_told_each_with_a_page(self, owner, scripted):
        moderator = make_moderator()
        scripted.on("/publickey", key_answer("bob"))

        look_at_key(hat_owner_id=owner.pk)

        to_owner = Notification.objects.get(user=owner.user)
        to_moderator = Notification.objects.get(user=moderator)
        assert to_owner.link == CHANGED
        assert to_moderator.link == reverse("hats:moderation-hat", args=[owner.reference])
        assert owner.hat_domain not in f"{to_moderator.subject} {to_moderator.line}"

    def test_noticing_it_again_tells_nobody_again(self, changed):
        told = Notification.objects.count()

        look_at_key(hat_owner_id=changed.pk)

        assert Notification.objects.count() == told
        assert changed.keys.count() == 2

    def test_a_third_key_takes_the_place_of_the_second(self, changed, scripted):
        scripted.on("/publickey", key_answer("carol"))

        look_at_key(hat_owner_id=changed.pk)

        waiting = queries.waiting_key(changed)
        assert waiting is not None
        assert waiting.public_key == pem_of(a_key("carol"))
        assert changed.keys.count() == 3

    def test_a_forged_token_freezes_nobody(self, hat, owner):
        with pytest.raises(HatTokenRefused):
            logins.log_in(hat=hat, token=login_token(hat, by="mallory", at=NOW), at=NOW)

        owner.refresh_from_db()
        assert owner.status == HatOwnerStatus.CONNECTED

    def test_a_log_in_with_the_new_key_is_refused_and_says_what_was_proved(
        self, hat, owner, scripted
    ):
        scripted.on("/publickey", key_answer("bob"))

        with pytest.raises(HatIsFrozen) as refusal:
            logins.log_in(hat=hat, token=login_token(hat, by="bob", at=NOW), at=NOW)

        assert refusal.value.proved == WordGivenBy.NEW_KEY

    def test_a_log_in_with_neither_key_proves_nothing(self, hat, changed):
        with pytest.raises(HatIsFrozen) as refusal:
            logins.log_in(hat=hat, token=login_token(hat, by="mallory", at=NOW), at=NOW)

        assert refusal.value.proved == ""

    def test_the_known_key_does_not_log_in_either(self, hat, changed):
        with pytest.raises(HatIsFrozen) as refusal:
            logins.log_in(hat=hat, token=login_token(hat, at=NOW, jti="again"), at=NOW)

        assert refusal.value.proved == WordGivenBy.KNOWN_KEY

    def test_a_hat_whose_owner_had_left_is_listed_and_stays_disconnected(self, owner, scripted):
        connections.disconnect_hat(hat_owner=owner, at=NOW)
        scripted.on("/publickey", key_answer("bob"))

        look_at_key(hat_owner_id=owner.pk)

        owner.refresh_from_db()
        assert owner.status == HatOwnerStatus.DISCONNECTED
        assert [key.hat_owner for key in queries.hats_with_new_keys()] == [owner]

    def test_one_key_of_a_hat_waits_at_most(self, changed):
        with pytest.raises(IntegrityError):
            PinnedKey.objects.create(hat_owner=changed, public_key="x", trusted=False)


class TestTheOwnersWord:
    def test_it_is_kept_with_how_they_proved_who_they_are(self, changed):
        changed_keys.explain_key(
            hat_owner=changed, word=OwnersWord.MINE, given_by=WordGivenBy.SESSION, at=NOW
        )

        key = queries.waiting_key(changed)
        assert key is not None
        assert (key.word, key.word_given_by, key.word_at) == ("mine", "session", NOW)
        assert changed.status == HatOwnerStatus.FROZEN
        entry = AuditEntry.objects.get(action="hat.key_explained")
        assert entry.details == {"word": "mine", "given_by": "session"}

    def test_there_is_nothing_to_explain_about_a_key_we_know(self, owner):
        with pytest.raises(NotFound):
            changed_keys.explain_key(
                hat_owner=owner, word=OwnersWord.MINE, given_by=WordGivenBy.SESSION, at=NOW
            )

        assert not AuditEntry.objects.filter(action="hat.key_explained").exists()


class TestTrusting:
    def test_the_new_key_logs_in_and_everything_goes_on(self, hat, heard, changed):
        trust(changed)

        token = login_token(hat, by="bob", at=NOW)
        assert logins.log_in(hat=hat, token=token, at=NOW) == changed
        assert [type(event) for event in heard] == [events.HatFrozen, events.HatConnected]

    def test_who_decided_and_why_is_kept(self, changed):
        moderator = make_moderator()

        trust(changed, by=moderator)

        key = changed.keys.latest("pk")
        assert (key.decision, key.decided_by, key.reason) == ("trusted", moderator, REASON)
        assert AuditEntry.objects.get(action="hat.key_trusted").actor == moderator

    def test_its_owner_is_told(self, changed):
        trust(changed)

        notice = Notification.objects.get(user=changed.user, notice="hat_key_decided")
        assert notice.subject == "We trust your HAT’s new key"

    def test_a_hat_whose_owner_had_left_stays_disconnected(self, owner, scripted, heard):
        connections.disconnect_hat(hat_owner=owner, at=NOW)
        scripted.on("/publickey", key_answer("bob"))
        look_at_key(hat_owner_id=owner.pk)

        trust(owner)

        owner.refresh_from_db()
        assert owner.status == HatOwnerStatus.DISCONNECTED
        assert owner.public_key == pem_of(a_key("bob"))
        assert events.HatConnected not in [type(event) for event in heard]

    def test_a_key_nobody_has_shown_cannot_be_trusted(self, owner):
        with pytest.raises(NotFound):
            trust(owner)

        assert not AuditEntry.objects.filter(action="hat.key_trusted").exists()

    def test_it_is_decided_once(self, changed):
        trust(changed)

        with pytest.raises(NotFound):
            refuse(changed)

        changed.refresh_from_db()
        assert changed.status == HatOwnerStatus.CONNECTED


class TestRefusing:
    def test_the_hat_is_disconnected_and_the_key_never_logs_in(self, hat, heard, changed):
        refuse(changed)

        changed.refresh_from_db()
        assert changed.status == HatOwnerStatus.DISCONNECTED
        assert [type(event) for event in heard] == [events.HatFrozen, events.HatDisconnected]
        with pytest.raises(HatIsFrozen):
            logins.log_in(hat=hat, token=login_token(hat, by="bob", at=NOW), at=NOW)

    def test_a_refused_key_is_not_brought_up_again(self, hat, changed):
        refuse(changed)

        with pytest.raises(HatIsFrozen):
            logins.log_in(hat=hat, token=login_token(hat, by="bob", at=NOW), at=NOW)

        assert not queries.hats_with_new_keys().exists()

    def test_the_known_key_can_bring_it_back(self, hat, changed):
        refuse(changed)
        later = NOW + timedelta(minutes=1)

        again = logins.log_in(hat=hat, token=login_token(hat, at=later), at=later)
        connections.reconnect_hat(hat_owner=again, at=later)

        changed.refresh_from_db()
        assert changed.status == HatOwnerStatus.CONNECTED

    def test_back_with_us_a_refused_key_freezes_it_and_waits_anew(self, changed):
        refuse(changed)
        connections.reconnect_hat(hat_owner=changed, at=NOW)

        look_at_key(hat_owner_id=changed.pk)

        changed.refresh_from_db()
        assert changed.status == HatOwnerStatus.FROZEN
        assert queries.waiting_key(changed) is not None


@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_decide_once(hat, scripted):
    owner = logins.log_in(hat=hat, token=login_token(hat, at=NOW), at=NOW)
    scripted.on("/publickey", key_answer("bob"))
    look_at_key(hat_owner_id=owner.pk)
    moderators, start_line = [make_moderator(), make_moderator()], threading.Barrier(2)
    refused: list[str] = []

    def decide(number: int) -> None:
        start_line.wait()
        action = (changed_keys.trust_new_key, changed_keys.refuse_new_key)[number]
        try:
            action(hat_owner=owner, by=moderators[number], reason=REASON, at=NOW)
        except NotFound as refusal:
            refused.append(refusal.code)
        connection.close()

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(refused) == 1
    assert owner.keys.exclude(decision="").count() == 1


def test_the_audit_tells_every_step(changed):
    refuse(changed)
    connections.reconnect_hat(hat_owner=changed, at=NOW)
    look_at_key(hat_owner_id=changed.pk)
    trust(changed)
    connections.disconnect_hat(hat_owner=changed, at=NOW)

    assert [said for said in violations() if "hatowner" in said] == []


class TestTheOwnersPage:
    def test_whoever_holds_the_new_key_may_explain_it_without_being_logged_in(
        self, client, hat, owner, scripted
    ):
        scripted.on("/publickey", key_answer("bob"))

        back = log_in(client, hat, by="bob")
        page = client.get(CHANGED)
        client.post(CHANGED, {"word": "mine"})

        assert (back.status_code, back["Location"]) == (303, CHANGED)
        assert "Your HAT shows another key" in page.content.decode()
        assert "_auth_user_id" not in client.session
        key = queries.waiting_key(owner)
        assert key is not None
        assert (key.word, key.word_given_by) == ("mine", "new_key")

    def test_an_open_session_weighs_more_and_is_noted_so(self, client, changed):
        client.force_login(changed.user, backend="hats.backends.HatBackend")

        client.post(CHANGED, {"word": "unknown"})

        key = queries.waiting_key(changed)
        assert key is not None
        assert (key.word, key.word_given_by) == ("unknown", "session")
        assert "I do not know" in client.get(CHANGED).content.decode()

    def test_an_answer_is_asked_for(self, client, changed):
        client.force_login(changed.user, backend="hats.backends.HatBackend")

        assert client.post(CHANGED, {"word": "perhaps"}).status_code == 422
        assert changed.keys.exclude(word="").count() == 0

    def test_visitors_are_led_to_the_log_in(self, client, changed):
        assert client.get(CHANGED)["Location"] == "/hat/log-in/"
        assert client.post(CHANGED, {"word": "mine"})["Location"] == "/hat/log-in/"
        assert changed.keys.exclude(word="").count() == 0

    def test_it_is_nobody_elses(self, client, changed, buyer):
        client.force_login(buyer, backend="hats.backends.HatBackend")

        assert client.post(CHANGED, {"word": "mine"}).status_code == 404
        assert changed.keys.exclude(word="").count() == 0

    def test_the_proof_lasts_for_a_while_only(self, client, hat, changed, time_machine):
        log_in(client, hat, by="bob")
        time_machine.move_to(datetime.now(UTC) + timedelta(minutes=16))

        assert client.get(CHANGED)["Location"] == "/hat/log-in/"

    def test_a_token_of_neither_key_gets_no_page(self, client, hat, changed):
        response = come_back(
            client, state_of(start(client)), login_token(hat, by="mallory", jti="m")
        )

        assert response.status_code == 403
        assert client.get(CHANGED)["Location"] == "/hat/log-in/"

    def test_it_says_when_there_is_nothing_to_clear_up(self, client, owner):
        client.force_login(owner.user, backend="hats.backends.HatBackend")

        assert "Nothing to clear up" in client.get(CHANGED).content.decode()

    def test_it_says_what_was_decided(self, client, changed):
        refuse(changed)
        client.force_login(changed.user, backend="hats.backends.HatBackend")

        assert "Your HAT is disconnected" in client.get(CHANGED).content.decode()


class TestTheModeratorsPages:
    @pytest.fixture
    def moderator(self, client) -> Client:
        client.force_login(make_moderator(), backend="hats.backends.HatBackend")
        return client

    def page(self, owner: HatOwner) -> str:
        return reverse("hats:moderation-hat", args=[owner.reference])

    def test_the_list_names_references_and_no_addresses(self, moderator, changed):
        page = moderator.get("/hat/moderation/").content.decode()

        assert changed.reference in page
        assert "Its owner has not said anything yet" in " ".join(page.split())
        assert changed.hat_domain not in page

    def test_an_empty_list_says_so(self, moderator):
        page = moderator.get("/hat/moderation/").content.decode()

        assert "No HAT waits" in page
        assert "Every HAT lets us in" in page

    def test_it_counts_the_hats_that_refuse_our_account(self, moderator, owner):
        HatCredential.objects.update(kind="platform", refused_at=NOW)

        page = " ".join(moderator.get("/hat/moderation/").content.decode().split())

        assert "1 HAT does not let the platform account in" in page
        assert "Scripted" in page

    def test_both_keys_stand_side_by_side_with_dates_and_the_owners_word(self, moderator, changed):
        changed_keys.explain_key(
            hat_owner=changed, word=OwnersWord.MINE, given_by=WordGivenBy.NEW_KEY, at=NOW
        )

        page = " ".join(moderator.get(self.page(changed)).content.decode().split())

        for name in ("alice", "bob"):
            assert fingerprint(pem_of(a_key(name))) in page
        assert "Given after proving to hold the new key only" in page
        assert changed.hat_domain not in page

    @pytest.mark.parametrize(
        ("decision", "status"), [("trusted", "connected"), ("refused", "disconnected")]
    )
    def test_a_decision_with_a_reason_is_carried_out(self, moderator, changed, decision, status):
        sent = {"decision": decision, "reason": REASON}

        response = moderator.post(self.page(changed), sent)

        changed.refresh_from_db()
        assert (response["Location"], changed.status) == ("/hat/moderation/", status)
        assert REASON in moderator.get(self.page(changed)).content.decode()

    @pytest.mark.parametrize("sent", [{"decision": "trusted"}, {"reason": REASON}, {}])
    def test_without_decision_or_reason_nothing_happens(self, moderator, changed, sent):
        assert moderator.post(self.page(changed), sent).status_code == 422

        changed.refresh_from_db()
        assert changed.status == HatOwnerStatus.FROZEN

    def test_nobody_else_may(self, client, buyer, changed):
        client.force_login(buyer, backend="hats.backends.HatBackend")

        assert client.get("/hat/moderation/").status_code == 404
        sent = {"decision": "trusted", "reason": REASON}
        assert client.post(self.page(changed), sent).status_code == 404
        changed.refresh_from_db()
        assert changed.status == HatOwnerStatus.FROZEN

    def test_a_hat_whose_key_never_changed_is_not_found(self, moderator):
        assert moderator.get(self.page(make_hat_owner())).status_code == 404


def test_a_fingerprint_does_not_depend_on_how_the_key_was_wrapped():
    pem = pem_of(a_key("alice"))

    assert fingerprint(pem) == fingerprint(pem.replace("\n", "\r\n"))
    assert len(fingerprint(pem).split()) == 16
