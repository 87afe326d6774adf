"""The till tells the shop that a session ended: a signed POST over real HTTP."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from buyers.errors import GatewayUnreachable
from buyers.models import TillSessionStatus
from buyers.payments.till import EVENT_KINDS
from buyers.payments.till_gateway import SIGNATURE_HEADER, sign
from common.language import gettext as _

if TYPE_CHECKING:
    from datetime import datetime

    from buyers.models import TillSession

TIMEOUT_SECONDS = 5

# The shop is next door: no proxy of the environment is asked.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def event_body(session: TillSession) -> bytes:
    """The event as bytes; the same session and outcome always give the same ones."""
    kind = EVENT_KINDS[TillSessionStatus(session.status)]
    event = {
        "id": f"{session.reference}:{kind}",
        "kind": kind,
        "session": session.reference,
        "amount_minor_units": session.amount_minor_units,
        "currency": session.currency,
    }
    return json.dumps(event, sort_keys=True).encode()


def fire(session: TillSession, *, url: str, secret: str, at: datetime) -> None:
    """:raises GatewayUnreachable: the shop did not take it; to be sent again."""
    body = event_body(session)
    headers = {
        "Content-Type": "application/json",
        SIGNATURE_HEADER: sign(body, secret=secret, at=at),
    }
    # The address is the shop's own, from its settings.
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS):
            return
    except (urllib.error.URLError, TimeoutError, ConnectionError) as problem:
        raise GatewayUnreachable(_("The shop did not take the till's webhook.")) from problem
