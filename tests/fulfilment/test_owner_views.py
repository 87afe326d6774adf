"""My data: what is shared, one yes from first to last, stopping, receipts, earnings, looks."""

import json
import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from common.models import OutboxMessage
from fulfilment import tasks  # noqa: F401  # registers the handlers
from fulfilment.actions import datasets, debits
from fulfilment.actions.consents import record_hash
from fulfilment.models import (
    Acceptance,
    AcceptanceStatus,
    ConsentRecord,
    DataKey,
    Retrieval,
    Reward,
)
from tests import factories
from tests.factories import NOON
from tests.fulfilment.owner_pages import (
    acceptance,
    as_person,
    at_noon,
    cluster,
    forms,
    line,
    move,
    page_url,
    read,
    released,
    text,
)

__all__ = ["acceptance", "as_person", "at_noon", "cluster", "line"]
pytestmark = pytest.mark.usefixtures("at_noon", "cluster")


def page(client, acceptance):
    return client.get(page_url(acceptance))


def label(client, acceptance):
    return page(client, acceptance).context["share"].standing.label


# -- where a yes stands -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "debit", "words"),
    [
        ("accepted", "intended", "Asking your HAT"),
        ("accepted", "proposed", "Waiting for your HAT"),
        ("confirmed", "enabled", "Sharing"),
        ("confirmed", "disabled", "Switched off on your HAT"),
        ("fulfilled", "enabled", "Delivered"),
        ("ended", "ended", "Ended"),
        ("lapsed", "ended", "Not confirmed in time"),
        ("lapsed", "refused", "Your HAT refused"),
        ("withdrawn", "ended", "Stopped by you"),
    ],
)
def test_the_page_says_where_a_yes_stands(acceptance, owner, as_person, status, debit, words):
    move(acceptance, status=status, debit=debit)

    assert label(as_person(owner), acceptance) == words


@pytest.mark.parametrize(
    ("days", "words"), [(13, "Ended before it began"), (14, "Not confirmed in time")]
)
def test_the_page_does_not_blame_the_owner_for_what_ended_early(
    acceptance, owner, as_person, days, words
):
    move(acceptance, status="lapsed", debit="ended", ended_at=NOON + timedelta(days=days))

    assert label(as_person(owner), acceptance) == words


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("empty", "holds none of this data"),
        ("conditions_unmet", "does not meet the conditions"),
        ("parked", "could not be read several times"),
        ("stored", "is read and is sealed|was read and is sealed"),
    ],
)
def test_the_page_says_what_came_of_the_reading(acceptance, owner, as_person, outcome, words):
    move(acceptance, status="confirmed", debit="enabled")
    read(acceptance, status=outcome)

    assert re.search(words, text(page(as_person(owner), acceptance)))


def test_the_button_to_the_hat_waits_until_the_hat_knows_the_debit(acceptance, owner, as_person):
    client = as_person(owner)
    before = page(client, acceptance).context["can_confirm"]
    move(acceptance, debit="proposed")

    after = page(client, acceptance)

    assert (before, after.context["can_confirm"]) == (False, True)
    assert "Now your HAT asks you to confirm" in text(after)


def test_the_button_leads_to_the_hats_own_page_and_back_here(
    acceptance, owner, as_person, settings
):
    move(acceptance, debit="proposed")

    answer = as_person(owner).post(page_url(acceptance, "confirm"))

    origin, _, rest = answer.url.partition("/#/")
    here = f"{settings.SITE_URL}{page_url(acceptance)}".replace(":", "%3A").replace("/", "%2F")
    assert origin == f"http://{owner.hat_domain}"
    assert rest.startswith(f"data-debit/{acceptance.uid}/quick-confirm?")
    assert rest.count(here) == 2


def test_coming_back_has_the_hat_asked_at_once(acceptance, owner, as_person):
    move(acceptance, debit="proposed")
    debits.check_soon(acceptance=acceptance, at=NOON, wait=timedelta(hours=1))

    answer = as_person(owner).post(page_url(acceptance, "check"), headers={"HX-Request": "true"})

    due = OutboxMessage.objects.filter(task="fulfilment.check_debit").values_list("due_at")
    assert answer.status_code == 204
    assert min(due) == (NOON,)


def test_the_poll_is_quiet_while_nothing_changes(acceptance, owner, as_person):
    client = as_person(owner)

    answer = client.get(page_url(acceptance) + "?seen=intended", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (204, b"")


def test_the_poll_has_the_page_loaded_anew_when_something_changed(acceptance, owner, as_person):
    client = as_person(owner)
    move(acceptance, status="confirmed", debit="enabled")

    answer = client.get(page_url(acceptance) + "?seen=proposed", headers={"HX-Request": "true"})

    assert answer["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("status", "debit", "polls"),
    [
        ("accepted", "proposed", True),
        ("confirmed", "enabled", True),
        ("fulfilled", "enabled", False),
        ("lapsed", "refused", False),
        ("withdrawn", "ended", False),
    ],
)
def test_the_poll_stops_when_nothing_more_is_to_come(
    acceptance, owner, as_person, status, debit, polls
):
    move(acceptance, status=status, debit=debit)

    content = page(as_person(owner), acceptance).content.decode()

    assert ("every 2s" in content) is polls


# -- what was agreed --------------------------------------------------------------------------
def test_the_card_stays_as_it_was_when_the_offer_changes(acceptance, line, owner, as_person):
    type(line).objects.filter(pk=line.pk).update(purpose_words="Something else entirely.")

    shown = text(page(as_person(owner), acceptance))

    assert "To learn when people listen to music" in shown


def test_the_receipt_is_the_whole_record_and_can_be_checked(acceptance, owner, as_person):
    answer = as_person(owner).get(page_url(acceptance, "receipt"))

    receipt, consent = json.loads(answer.content), ConsentRecord.objects.get()
    assert record_hash(receipt["card"], receipt["record"]) == receipt["sha256"] == consent.sha256
    assert receipt["receipt_id"] == str(consent.record_id)
    assert receipt["events"] == [{"kind": "given", "at": NOON.isoformat()}]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Cache-Control"] == "no-store"


def test_the_receipt_tells_of_the_withdrawal(acceptance, owner, as_person):
    client = as_person(owner)
    client.post(page_url(acceptance, "withdraw"))

    receipt = json.loads(client.get(page_url(acceptance, "receipt")).content)

    assert [e["kind"] for e in receipt["events"]] == ["given", "withdrawn"]
    assert receipt["status"] == "withdrawn"


def test_the_history_is_dated_and_in_order(acceptance, owner, as_person):
    client = as_person(owner)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        client.post(page_url(acceptance, "withdraw"))
        steps = page(client, acceptance).context["steps"]

    assert (steps[0].words, steps[0].at) == ("You said yes", NOON)
    assert {s.words for s in steps[1:]} == {
        "You stopped sharing",
        "We stopped using the data debit",
        "The key to your data was destroyed",
        "The reward was given back, because nothing was delivered",
    }
    assert {s.at for s in steps[1:]} == {NOON + timedelta(hours=1)}


# -- stopping ---------------------------------------------------------------------------------
def test_stopping_is_one_press_on_the_overview_and_on_the_page(acceptance, owner, as_person):
    client = as_person(owner)

    for shown in (client.get(reverse("fulfilment:owner-home")), page(client, acceptance)):
        (stop,) = [f for f in forms(shown) if page_url(acceptance, "withdraw") in f]
        assert stop.count("<button") == 1
        assert stop.count("<input") == 1  # the protection token: no reason, no password
        assert "csrfmiddlewaretoken" in stop


def test_stopping_asks_no_more_than_accepting(line, acceptance, owner, as_person):
    other = factories.make_hat_owner()
    offer = as_person(other).get(reverse("fulfilment:owner-offer", args=[line.reference]))
    stop = page(as_person(owner), acceptance)

    fields_to_accept = forms(offer)[0].count("<input")
    (fields_to_stop,) = [f.count("<input") for f in forms(stop) if "/stop/" in f]

    assert fields_to_stop <= fields_to_accept


def test_stopping_stops_at_once_and_says_what_happened(acceptance, owner, as_person):
    move(acceptance, status="confirmed", debit="enabled")
    client = as_person(owner)

    done = client.post(page_url(acceptance, "withdraw"), follow=True)

    acceptance.refresh_from_db()
    assert acceptance.status == AcceptanceStatus.WITHDRAWN
    assert DataKey.objects.get().wrapped is None
    assert done.redirect_chain == [(page_url(acceptance), 302)]
    assert "What happened at once" in text(done)
    assert "has nothing to delete" in text(done)


def test_the_done_page_leads_to_the_hats_own_page_of_the_debit(acceptance, owner, as_person):
    move(acceptance, status="confirmed", debit="enabled")

    done = as_person(owner).post(page_url(acceptance, "withdraw"), follow=True)

    assert done.context["hat_page"] == (f"http://{owner.hat_domain}/#/data-debit/{acceptance.uid}")
    assert done.context["hat_page"] in done.content.decode()


def test_the_done_page_sends_nobody_to_a_hat_that_never_saw_the_debit(acceptance, owner, as_person):
    done = as_person(owner).post(page_url(acceptance, "withdraw"), follow=True)

    assert done.context["hat_page"] == ""


def test_after_a_delivery_the_done_page_says_what_the_buyer_must_do(acceptance, owner, as_person):
    move(acceptance, status="fulfilled", debit="enabled", delivered_at=NOON)
    Reward.objects.update(status="earned", earned_at=NOON)
    released(acceptance)

    done = as_person(owner).post(page_url(acceptance, "withdraw"), follow=True)

    assert "must delete your rows from its own copies and confirm it by 23 December 2026" in text(
        done
    )
    assert "You keep the £0.80" in text(done)
    assert Reward.objects.get().status == "earned"


def test_the_done_page_says_when_the_buyer_has_confirmed(acceptance, owner, buyer, as_person):
    move(acceptance, status="fulfilled", debit="enabled", delivered_at=NOON)
    Reward.objects.update(status="earned", earned_at=NOON)
    released(acceptance)
    client = as_person(owner)
    client.post(page_url(acceptance, "withdraw"))
    notice = Acceptance.objects.get().removal_notice
    datasets.confirm_removal(notice=notice, by=buyer, at=NOON)

    assert "confirmed on 23 November 2026" in text(page(client, acceptance))


def test_a_double_click_on_stop_stops_once(acceptance, owner, as_person):
    client = as_person(owner)

    answers = [client.post(page_url(acceptance, "withdraw")) for _ in range(2)]

    acceptance.order_line.refresh_from_db()
    assert [a.status_code for a in answers] == [302, 302]
    assert acceptance.order_line.places_taken == 0
    assert AuditEntry.objects.filter(action="acceptance.withdrawn").count() == 1


def test_what_lapsed_cannot_be_stopped_and_nothing_changes(acceptance, owner, as_person):
    move(acceptance, status="lapsed", debit="refused")

    answer = as_person(owner).post(page_url(acceptance, "withdraw"))

    acceptance.refresh_from_db()
    assert answer.status_code == 409
    assert acceptance.status == AcceptanceStatus.LAPSED


def test_a_hat_that_is_not_connected_can_still_stop(acceptance, owner, as_person):
    owner.status = "disconnected"
    owner.save()

    as_person(owner).post(page_url(acceptance, "withdraw"))

    acceptance.refresh_from_db()
    assert acceptance.status == AcceptanceStatus.WITHDRAWN


def test_a_hat_whose_cluster_is_gone_still_has_its_pages(acceptance, owner, as_person, settings):
    move(acceptance, status="confirmed", debit="enabled")
    settings.HAT_CLUSTERS = []

    shown = page(as_person(owner), acceptance)

    assert (shown.status_code, shown.context["hat_page"]) == (200, "")


# -- others -----------------------------------------------------------------------------------
GETS = ["acceptance", "receipt"]
POSTS = ["confirm", "check", "withdraw"]


@pytest.mark.parametrize("who", ["another", "buyer", "stranger", "moderator"])
def test_a_yes_does_not_exist_for_others(request, acceptance, as_person, who):
    move(acceptance, debit="proposed")
    person = factories.make_hat_owner() if who == "another" else request.getfixturevalue(who)
    client, before = as_person(person), AuditEntry.objects.count()

    codes = [client.get(page_url(acceptance, name)).status_code for name in GETS]
    codes += [client.post(page_url(acceptance, name)).status_code for name in POSTS]

    acceptance.refresh_from_db()
    assert codes == [404] * 5
    assert acceptance.status == AcceptanceStatus.ACCEPTED
    assert AuditEntry.objects.count() == before


def test_the_organisation_that_asked_does_not_see_the_owners_page(acceptance, as_person):
    member = acceptance.order_line.order.placed_by

    assert page(as_person(member), acceptance).status_code == 404


def test_a_yes_that_never_was_is_not_found(owner, as_person):
    unknown = reverse("fulfilment:owner-acceptance", args=[uuid.uuid4()])

    assert as_person(owner).get(unknown).status_code == 404


@pytest.mark.parametrize("name", POSTS)
def test_a_yes_is_changed_by_post_only(acceptance, owner, as_person, name):
    assert as_person(owner).get(page_url(acceptance, name)).status_code == 405


@pytest.mark.parametrize("name", POSTS)
def test_a_post_without_the_token_changes_nothing(acceptance, owner, name):
    from django.test import Client  # noqa: PLC0415  # the one client that insists on tokens

    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)

    answer = client.post(page_url(acceptance, name))

    acceptance.refresh_from_db()
    assert answer.status_code == 403
    assert acceptance.status == AcceptanceStatus.ACCEPTED


def test_looking_at_the_pages_writes_nothing(acceptance, owner, as_person):
    client = as_person(owner)
    counts = [m.objects.count() for m in (AuditEntry, OutboxMessage, Retrieval)]

    for name in ("home", "inbox", "declined", "over", "earnings", "access-log"):
        client.get(reverse(f"fulfilment:owner-{name}"))
    for name in GETS:
        client.get(page_url(acceptance, name))

    assert [m.objects.count() for m in (AuditEntry, OutboxMessage, Retrieval)] == counts


def test_the_pages_are_kept_out_of_caches(acceptance, owner, as_person):
    assert page(as_person(owner), acceptance)["Cache-Control"] == "no-store"
