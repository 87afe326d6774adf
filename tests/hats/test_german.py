"""HATs in German: the way in, what was granted, leaving, another key, and who is told."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from accounts.models import Notification
from hats.actions import access_trouble, changed_keys, connections
from hats.errors import HatRefused, HatUnreachable, Unreachable
from hats.models import HatCredential, HatOwner, OwnersWord, WordGivenBy
from tests.factories import make_hat_owner, make_moderator

if TYPE_CHECKING:
    from hats.clusters import Cluster

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
GERMAN = {"Accept-Language": "de"}


@pytest.fixture(autouse=True)
def _no_failures_yet(db):
    cache.clear()


@pytest.fixture
def owner(hat) -> HatOwner:
    """Alice, who reads German and whose HAT holds two kinds of data."""
    owner = make_hat_owner(
        hat.identity, endpoints=["fitbit/sleep", "fitbit/activity"], connected_at=MARCH
    )
    reads_german(owner.user)
    return owner


def reads_german(user):
    user.language = "de"
    user.save()
    return user


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="hats.backends.HatBackend")
    return client


@pytest.fixture
def alice(owner) -> Client:
    return browser_of(owner.user)


@pytest.fixture
def moderator() -> Client:
    return browser_of(reads_german(make_moderator()))


def words(answer) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def freeze(owner: HatOwner) -> None:
    changed_keys.freeze_hat(hat_owner=owner, shown_key=f"{owner.public_key} two", at=MARCH)


def test_the_way_in_is_german(client, hat):
    page = words(client.get(reverse("hats:login"), headers=GERMAN))

    assert "Mit Ihrem HAT anmelden" in page
    assert "Zum Beispiel yourname.hat.test" in page
    assert "Melden Sie sich mit Ihrer E-Mail-Adresse an" in page


def test_a_wrong_address_is_answered_in_german(client, hat):
    answer = client.post(reverse("hats:login"), {"address": "alice.elsewhere.net"}, headers=GERMAN)

    assert "Diesen HAT-Anbieter kennen wir noch nicht." in words(answer)


def test_who_comes_back_without_proof_reads_german(client, hat):
    answer = client.get(reverse("hats:back"), {"state": "forged", "token": "a.b.c"}, headers=GERMAN)

    assert "Ihr HAT konnte nicht bestätigen, wer Sie sind." in words(answer)


def test_who_said_no_on_the_hat_reads_german(client, hat):
    answer = client.get(reverse("hats:cancelled"), headers=GERMAN, follow=True)

    assert "Es wurde nichts freigegeben, und nichts hat sich geändert." in words(answer)


def test_what_was_granted_is_german_with_its_plural_and_its_day(alice, owner):
    page = words(alice.get(reverse("hats:settings")))

    assert "Ihr HAT enthält 2 Arten von Daten, nach denen Angebote fragen." in page
    assert "12. März 2026" in page
    assert "Lesen, was eine Vereinbarung freigibt." in page
    assert "Das Konto Ihres HAT-Anbieters" in page

    owner.endpoints = ["fitbit/sleep"]
    owner.save()
    page = words(alice.get(reverse("hats:settings")))
    assert "Ihr HAT enthält 1 Art von Daten, nach der Angebote fragen." in page


def test_being_counted_is_said_in_german(alice):
    answer = alice.post(reverse("hats:counting"), {"counted": "no"}, follow=True)

    assert "Sie werden ab der nächsten Zählung nicht mehr mitgezählt." in words(answer)
    assert "Mich mitzählen" in words(answer)


def test_leaving_and_coming_back_are_german(alice, owner):
    assert "Wir vernichten unsere Schlüssel." in words(alice.get(reverse("hats:disconnect")))

    connections.disconnect_hat(hat_owner=owner, at=MARCH)

    assert "Ihren HAT wieder verbinden?" in words(alice.get(reverse("hats:reconnect")))
    assert "Ihr HAT ist getrennt" in words(alice.get(reverse("hats:settings")))


def test_another_key_is_explained_in_german(alice, owner):
    freeze(owner)
    changed_keys.explain_key(
        hat_owner=owner, word=OwnersWord.UNKNOWN, given_by=WordGivenBy.SESSION, at=MARCH
    )

    page = words(alice.get(reverse("hats:key-changed")))

    assert "Seit dem 12. März 2026 zeigt der HAT unter" in page
    assert "Am 12. März 2026, 09:30 UTC haben Sie gesagt: Ich weiß es nicht." in page


def test_the_moderators_pages_are_german(moderator, owner):
    HatCredential.objects.create(
        hat_owner=owner, kind="platform", sealed_token=b"", wrapped_key=b"", expires_at=MARCH,
        refused_at=MARCH,
    )  # fmt: skip
    one_refuses = words(moderator.get(reverse("hats:moderation-hats")))
    freeze(owner)
    freeze_again = f"{owner.public_key} three"
    changed_keys.freeze_hat(hat_owner=owner, shown_key=freeze_again, at=MARCH)

    waiting = words(moderator.get(reverse("hats:moderation-hats")))
    case = words(moderator.get(reverse("hats:moderation-hat", args=[owner.reference])))

    assert "1 HAT lässt das Plattformkonto nicht ein, seit dem 12. März 2026" in one_refuses
    assert "Die Person mit diesem HAT hat noch nichts dazu gesagt." in waiting
    assert "Dort können noch 0 Data Debits von uns stehen." in case
    assert "Der HAT hat seitdem noch einen anderen Schlüssel gezeigt." in case


def test_each_is_told_of_another_key_in_their_own_language(owner):
    english = make_moderator()
    german = reads_german(make_moderator())

    freeze(owner)

    said = {one.user_id: one.subject for one in Notification.objects.all()}
    assert said[owner.user_id] == "Ihr HAT zeigt einen anderen Schlüssel"
    assert said[german.pk] == f"Der HAT von {owner.reference} zeigt einen anderen Schlüssel"
    assert said[english.pk] == f"The HAT of {owner.reference} shows another key"


def test_the_decision_is_told_in_the_owners_language_whoever_decides(owner):
    freeze(owner)
    changed_keys.trust_new_key(hat_owner=owner, by=make_moderator(), reason="Rang.", at=MARCH)

    notice = Notification.objects.get(notice="hat_key_decided")
    assert notice.subject == "Wir vertrauen dem neuen Schlüssel Ihres HAT"
    assert notice.line.startswith("Melden Sie sich wieder mit Ihrem HAT an")


def test_a_cluster_that_refuses_us_is_told_in_the_moderators_language(hat):
    cluster: Cluster = hat.cluster
    german = reads_german(make_moderator())

    access_trouble.tell(refused=[cluster], healed=[], at=MARCH)

    notice = Notification.objects.get(user=german)
    assert notice.subject == "HATs von Scripted lassen unser Konto nicht ein"


def test_a_refusal_speaks_the_language_of_the_moment():
    with translation.override("de"):
        unreachable = HatUnreachable(Unreachable.DOWN)
        refused = HatRefused(status=404, reason="no_such_debit")

    assert unreachable.sentence.startswith("Wir konnten diesen HAT gerade nicht erreichen.")
    assert refused.sentence == "Diese Vereinbarung gibt es auf dem HAT nicht."
    assert f"{refused}" == "HAT refused: 404 no_such_debit"
