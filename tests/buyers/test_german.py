"""The pages of ordering in German, and the language of who is told."""

import html
import uuid

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Notification, User
from buyers.actions import lines, refunds
from buyers.models import Order, OrderLine, OrderStatus, TillSession
from buyers.payments.gateway import RefundFacts, RefundState
from tests import factories
from tests.buyers.paying import open_payment, pay, place
from tests.factories import NOON
from tests.money import fund_line
from tests.outbox import run_outbox

pytestmark = pytest.mark.django_db
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def shop(client, buyer):
    return reader(client, buyer)


@pytest.fixture
def order(buyer, version):
    return place(buyer, version)


@pytest.fixture
def waiting(version, organisation):
    """Paid, and waiting for a moderator."""
    line = factories.make_line(
        version, organisation, status="in_review", cleared_at=None, opened_at=None
    )
    fund_line(line)
    return line


def reader(client, person: User):
    """Log in somebody who reads German."""
    person.language = "de"
    person.save()
    client.force_login(person)
    return client


def read(answer) -> str:
    """What the page says, its spaces as one."""
    return " ".join(html.unescape(answer.content.decode()).replace(SPACE, " ").split())


def page_of(shop, view: str, *args: str) -> str:
    return read(shop.get(reverse(f"buyers:{view}", args=args)))


def form_url(version, query: str = "") -> str:
    return f"{reverse('buyers:order-new')}?offer={version.offer.reference}{query}"


def form_of(version, **changes: str) -> dict[str, str]:
    return {
        "form_key": str(uuid.uuid4()),
        "version": str(version.number),
        "agreed": "2000",
        "places": "20",
        "purpose": version.purposes[0],
        "purpose_words": "To learn when people listen to music.",
        "retention_days": "180",
        "country": "GB",
    } | changes


def test_the_form_asks_in_german_and_writes_figures_as_german_does(shop, version):
    said = read(shop.get(form_url(version, "&places=1200")))

    assert "Wofür verwenden Sie die Daten?" in said
    assert "Von 20, der kleinsten Gruppe, bis 5.000." in said
    assert "Daten von 1.200 Menschen für 1.200,00 £ bestellen" in said
    assert "6 Monate (180 Tage)" in said


@pytest.mark.parametrize("typed", ["1.000", "1,000", "1000"])
def test_a_number_is_understood_in_either_way_of_writing(shop, version, typed):
    form = form_of(version, places=typed, agreed="100000")

    answer = shop.post(form_url(version), form)

    assert answer.status_code == 302
    assert OrderLine.objects.get().places == 1000


def test_the_price_follows_a_number_with_a_german_separator(shop, version):
    answer = shop.get(form_url(version, "&places=1.000"), headers={"HX-Request": "true"})

    assert "Daten von 1.000 Menschen für 1.000,00 £ bestellen" in read(answer)


def test_a_changed_price_is_said_in_german_and_orders_nothing(shop, version):
    answer = shop.post(form_url(version), form_of(version, places="30"))

    assert "Die Daten von 30 Menschen kosten insgesamt 30,00 £." in read(answer)
    assert Order.objects.count() == 0


def test_an_order_that_waits_for_money_says_so(shop, order):
    said = page_of(shop, "order-detail", order.reference)

    assert "20,00 £ zu bezahlen" in said
    assert "Vergütungen, 20 × 0,80 £" in said
    assert "180 Tage nach der Lieferung, dann gelöscht" in said
    assert "Ines Okafor hat die Bestellung aufgegeben" in said


def test_an_open_order_says_how_full_it_is_and_until_when(shop, open_line):
    fund_line(open_line)

    said = page_of(shop, "order-detail", open_line.order.reference)

    assert "Menschen können bis zum 23. Dezember 2026 zustimmen." in said
    assert "seit dem 22. November 2026" in said
    assert "Für diese Bestellung hinterlegt" in said


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (19, "1 freier Platz wird auf demselben Weg erstattet, auf dem bezahlt wurde: 1,00 £."),
        (12, "8 freie Plätze werden auf demselben Weg erstattet, auf dem bezahlt wurde: 8,00 £."),
    ],
    ids=["one", "eight"],
)
def test_closing_counts_empty_places_as_german_does(shop, open_line, taken, words):
    OrderLine.objects.update(places_taken=taken)

    assert words in page_of(shop, "order-close", open_line.order.reference)


def test_the_list_names_orders_days_and_sums(shop, order):
    said = page_of(shop, "order-list")

    assert "Was Tidewater Museum bestellt hat, das Neueste zuerst" in said
    assert f"{order.reference}, bestellt am 23. November 2026 von Ines Okafor" in said
    assert "20 Menschen" in said


def test_cancelling_asks_and_answers_in_german(shop, order):
    assert "Diese Bestellung stornieren?" in page_of(shop, "order-cancel", order.reference)

    answer = shop.post(reverse("buyers:order-cancel", args=[order.reference]), follow=True)

    assert "Storniert. Was bezahlt wurde, wird auf demselben Weg erstattet." in read(answer)


def test_a_refusal_is_said_in_german_and_changes_nothing(shop, open_line):
    OrderLine.objects.update(places_taken=1)

    answer = shop.post(reverse("buyers:order-cancel", args=[open_line.order.reference]))

    assert "Die Bestellung lässt sich deshalb nur schließen, nicht stornieren." in read(answer)
    open_line.order.refresh_from_db()
    assert open_line.order.status == OrderStatus.PAID


def test_the_approver_is_asked_in_german(client, approver, buyer, version, organisation):
    organisation.approval_above_minor_units = 0
    organisation.save()
    order = place(buyer, version)

    said = page_of(reader(client, approver), "order-approve", order.reference)

    assert "20,00 £ freigeben?" in said
    assert "Ines Okafor möchte „Songs listened to in the evening“" in said
    assert "1,00 £ (Vergütung 0,80 £, Gebühr 0,16 £, MwSt. 0,04 £)" in said


def test_the_till_speaks_the_language_of_who_ordered(client, shop, order):
    shop.post(reverse("buyers:order-pay", args=[order.reference]))

    said = read(client.get(reverse("till:session", args=[TillSession.objects.get().reference])))

    assert f"Bestellung {order.reference} bei HAT Market" in said
    assert "20,00 £ bezahlen" in said


def test_who_pays_for_a_colleague_asks_for_the_same_payment(client, approver, order):
    reader(client, approver).post(reverse("buyers:order-pay", args=[order.reference]))

    assert TillSession.objects.get().description == f"HAT Market order {order.reference}"


def test_the_queue_of_moderators_says_why_in_german(client, moderator, waiting):
    said = page_of(reader(client, moderator), "moderation-queue")

    assert "Bestellungen zur Prüfung" in said
    assert "Erste Bestellung" in said


def test_a_case_is_decided_in_german(client, moderator, waiting):
    said = page_of(reader(client, moderator), "moderation-case", waiting.reference)

    assert "Warum ein Mensch hinsehen soll" in said
    assert "Der Zweck ist zu weit oder unklar" in said
    assert "180 Tage nach der Lieferung, dann gelöscht" in said


def test_a_refusal_without_a_reason_is_told_in_german(client, moderator, waiting):
    url = reverse("buyers:moderation-case", args=[waiting.reference])

    answer = reader(client, moderator).post(url, {"decision": "reject"})

    assert "Nennen Sie mindestens einen Grund oder schreiben Sie einen." in read(answer)
    waiting.refresh_from_db()
    assert waiting.status == "in_review"


def test_reasons_are_written_in_the_language_of_who_ordered(client, moderator, waiting):
    User.objects.filter(pk=waiting.order.placed_by_id).update(language="de")
    client.force_login(moderator)
    form = {"decision": "reject", "reasons": ["The purpose is too wide or unclear"]}

    client.post(reverse("buyers:moderation-case", args=[waiting.reference]), form)

    waiting.refresh_from_db()
    assert waiting.decision_reason == "Der Zweck ist zu weit oder unklar."
    notice = Notification.objects.get(notice="order_rejected")
    assert notice.line == (
        "Alles, was Sie bezahlt haben, wird erstattet."
        " Der Grund: Der Zweck ist zu weit oder unklar."
    )


def test_each_approver_is_asked_in_their_language(buyer, approver, version, organisation):
    other = factories.make_member(organisation, "approver", name="Bo Reed", language="de")
    organisation.approval_above_minor_units = 0
    organisation.save()

    order = place(buyer, version)

    subjects = dict(Notification.objects.values_list("user", "subject"))
    assert subjects == {
        approver.pk: f"Order {order.reference} over £20.00 needs your approval",
        other.pk: f"Bestellung {order.reference} über 20,00{SPACE}£ braucht Ihre Freigabe",
    }


def test_the_mail_of_a_payment_is_in_german_for_who_reads_german(buyer, version):
    buyer.language = "de"
    buyer.save()
    order = place(buyer, version)

    pay(order)
    run_outbox()

    subjects = [sent.subject for sent in mail.outbox]
    assert f"Zahlung von 20,00{SPACE}£ für die Bestellung {order.reference} eingegangen" in subjects


def test_a_line_that_closes_is_told_with_its_places_and_its_money(open_line):
    User.objects.filter(pk=open_line.order.placed_by_id).update(language="de")
    fund_line(open_line)
    OrderLine.objects.update(places_taken=12)

    lines.close_line(order_line=open_line, at=NOON)

    assert Notification.objects.get(notice="order_closed").line == (
        "Vergeben waren 12 von 20 Plätzen. Für Plätze, die niemand genommen hat, werden"
        f" 8,00{SPACE}£ auf demselben Weg erstattet, auf dem Sie bezahlt haben."
    )


def test_a_refund_that_failed_is_told_to_a_moderator_in_german(moderator, open_line):
    moderator.language = "de"
    moderator.save()
    fund_line(open_line)
    refund = refunds.refund_places(
        order_line=open_line, places=2, key="test", reason="test", at=NOON
    )

    facts = RefundFacts("", RefundState.FAILED, refund.amount)
    refunds.settle_refund(refund=refund, facts=facts, at=NOON)

    subject = Notification.objects.get(user=moderator).subject
    assert subject == f"Eine Erstattung von 2,00{SPACE}£ ist fehlgeschlagen"


def test_the_page_of_a_payment_waits_in_german(shop, order):
    open_payment(order)

    assert "Wir warten auf die Zahlung" in page_of(shop, "order-paid", order.reference)
