"""A helper process of the fault tests: sets much up at once, with the product's own actions.

It runs with the settings of the standing house, which the tests' own process has not. Commands
come in as lines of JSON, answers go out the same way; ``tests.faults.site`` speaks to it.
"""

import io
import json
import sys
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import django

django.setup()

# Models can be imported only now.
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Membership, User  # noqa: E402
from buyers.actions import lines, orders, payments  # noqa: E402
from buyers.models import OrderLine, Payment, TillSession, TillSessionStatus  # noqa: E402
from buyers.payments import till  # noqa: E402
from buyers.payments.till_gateway import sign  # noqa: E402
from buyers.payments.till_webhook import event_body  # noqa: E402
from buyers.pricing import quote  # noqa: E402
from buyers.queries import owner_card_for  # noqa: E402
from fulfilment.actions import acceptances, returning  # noqa: E402
from fulfilment.models import Acceptance  # noqa: E402
from hats.client import HatClient  # noqa: E402
from hats.configured import converse, hat_at  # noqa: E402
from hats.models import HatOwner  # noqa: E402
from marketplace.demo import MODERATOR, PEOPLE  # noqa: E402
from offers.cards import card_hash  # noqa: E402
from offers.models import Offer  # noqa: E402

BUYER = PEOPLE[0]
PAGES = payments.Pages("http://localhost/paid/", "http://localhost/order/")


def order_line(*, offer: str, places: int, pay: bool = True) -> dict[str, Any]:
    """An order of the demo's museum, cleared by its moderator and, if wanted, paid at the till."""
    at = timezone.now()
    membership = Membership.objects.select_related("organisation", "user").get(
        user__email=BUYER.email
    )
    version = Offer.objects.get(slug=offer).current_version
    assert version is not None
    price = quote(version.reward, version.fee, places=places, tax_percent=settings.FEE_TAX_PERCENT)
    order = orders.place_order(
        membership=membership,
        version=version,
        wishes=orders.Wishes(places, version.purposes[0], "To see that it holds.", 30, "GB"),
        agreed=price.total,
        form_key=uuid.uuid4(),
        tax_percent=settings.FEE_TAX_PERCENT,
        at=at,
    )
    line = OrderLine.objects.get(order=order)
    moderator = User.objects.get(email=MODERATOR.email)
    lines.clear_line(order_line=line, by=moderator, at=at)
    if pay:
        payment = payments.open_payment(
            order=order, gateway_name="till", pages=PAGES, by=order.placed_by, at=at
        )
        till.finish_session(payment.gateway_reference, status=TillSessionStatus.PAID)
    return {"number": line.pk, "reference": line.reference, "order": order.reference}


def connect(*, domains: list[str]) -> dict[str, Any]:
    """Owners as their first log-in leaves them, with the key that the HAT really shows."""
    for domain in domains:
        hat = hat_at(domain)
        key = converse(partial(HatClient.public_key, hat=hat)).strip() + "\n"
        HatOwner.objects.create(
            user=User.objects.create_user(None, name=""),
            hat_domain=domain,
            cluster=hat.cluster.suffix,
            public_key=key,
            endpoints=["spotify/feed"],
            endpoints_read_at=timezone.now(),
        )
    return {}


def say_yes(*, line: int, domains: list[str]) -> dict[str, Any]:
    """The numbers of the acceptances by HAT."""
    order_line = OrderLine.objects.select_related("order__organisation", "offer_version").get(
        pk=line
    )
    seen = card_hash(owner_card_for(order_line))
    owners = {owner.hat_domain: owner for owner in HatOwner.objects.filter(hat_domain__in=domains)}
    given = {
        domain: acceptances.accept_offer(
            order_line=order_line, hat_owner=owners[domain], card_hash=seen, at=timezone.now()
        )
        for domain in domains
    }
    return {domain: str(acceptance.uid) for domain, acceptance in given.items()}


def come_back(*, shares: list[str]) -> dict[str, Any]:
    """Owners come back from their HATs: have the HATs looked at now."""
    for acceptance in Acceptance.objects.filter(uid__in=shares):
        returning.look_now(acceptance=acceptance, at=timezone.now())
    return {}


def webhook(*, order: str) -> dict[str, str]:
    """The till's event for a paid order, with its signature."""
    payment = Payment.objects.get(order__reference=order)
    body = event_body(TillSession.objects.get(reference=payment.gateway_reference))
    secret = settings.TILL_WEBHOOK_SECRET
    return {"body": body.decode(), "signature": sign(body, secret=secret, at=timezone.now())}


def verify() -> dict[str, str]:
    """What ``manage.py verify`` prints."""
    words = io.StringIO()
    try:
        call_command("verify", stdout=words)
    except SystemExit:
        assert words.getvalue(), "verify failed without a word"
    return {"words": words.getvalue()}


COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {
    command.__name__: command
    for command in (order_line, connect, say_yes, come_back, webhook, verify)
}


def main() -> None:
    """Answer until there is nobody to ask."""
    for line in sys.stdin:
        asked = json.loads(line)
        close_old_connections()
        try:
            answer = COMMANDS[asked.pop("do")](**asked)
        except Exception as problem:  # noqa: BLE001  # the test that asked shall show it
            answer = {"problem": repr(problem)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
