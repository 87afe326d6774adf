"""As much of Stripe as the gateway speaks to, on loopback, in the shapes of its API reference.

Idempotency keys are kept as Stripe keeps them (24 hours) until ``forget_keys`` is called.
"""

import itertools
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, Any]]


@dataclass
class FakeStripe:
    """Sessions and refunds in memory; ``down`` makes every call fail as an outage would."""

    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, Answer] = field(default_factory=dict)
    down: bool = False
    refund_status: str = "succeeded"
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def pay(self, reference: str) -> None:
        self.sessions[reference] |= {"status": "complete", "payment_status": "paid"}

    def forget_keys(self) -> None:
        self.keys.clear()

    def answer(self, method: str, path: str, form: dict[str, str], key: str) -> Answer:
        if self.down:
            return 500, {"error": {"type": "api_error", "message": "down"}}
        if key and key in self.keys:
            return self.keys[key]
        answer = self._route(method, path.removeprefix("/v1/").split("/"), form)
        if key:
            self.keys[key] = answer
        return answer

    def _route(self, method: str, parts: list[str], form: dict[str, str]) -> Answer:
        match (method, *parts):
            case ("POST", "checkout", "sessions"):
                return 200, self._open(form)
            case ("POST", "checkout", "sessions", reference, "expire"):
                return self._expire(reference)
            case ("POST", "refunds"):
                return self._refund(form)
            case ("GET", "refunds"):
                return 200, self._refunds_of(form["payment_intent"])
        found = (self.sessions | self.refunds).get(parts[-1])
        missing = {"error": {"type": "invalid_request_error", "message": "No such object."}}
        return (200, found) if found else (404, missing)

    def _refunds_of(self, intent: str) -> dict[str, Any]:
        found = [one for one in self.refunds.values() if one["payment_intent"] == intent]
        return {"object": "list", "data": found, "has_more": False, "url": "/v1/refunds"}

    def _open(self, form: dict[str, str]) -> dict[str, Any]:
        number = next(self.numbers)
        reference = f"cs_test_{number}"
        self.sessions[reference] = {
            "id": reference,
            "object": "checkout.session",
            "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
            "currency": form["line_items[0][price_data][currency]"],
            "client_reference_id": form["client_reference_id"],
            "metadata": {"key": form["metadata[key]"]},
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": {
                "id": f"pi_{number}",
                "object": "payment_intent",
                "status": "requires_payment_method",
            },
            "url": f"https://checkout.stripe.com/c/pay/{reference}",
        }
        return self.sessions[reference]

    def _expire(self, reference: str) -> Answer:
        session = self.sessions[reference]
        if session["status"] != "open":
            message = "Only open sessions can be expired."
            return 400, {"error": {"type": "invalid_request_error", "message": message}}
        session["status"] = "expired"
        return 200, session

    def _refund(self, form: dict[str, str]) -> Answer:
        intent, amount = form["payment_intent"], int(form["amount"])
        session = next(s for s in self.sessions.values() if s["payment_intent"]["id"] == intent)
        back = sum(r["amount"] for r in self.refunds.values() if r["payment_intent"] == intent)
        if back + amount > session["amount_total"]:
            message = "Refund amount is greater than unrefunded amount on charge."
            return 400, {"error": {"type": "invalid_request_error", "message": message}}
        reference = f"re_{next(self.numbers)}"
        self.refunds[reference] = {
            "id": reference,
            "object": "refund",
            "amount": amount,
            "currency": session["currency"],
            "metadata": {"key": form["metadata[key]"]},
            "payment_intent": intent,
            "status": self.refund_status,
        }
        return 200, self.refunds[reference]


def serve(stripe: FakeStripe) -> ThreadingHTTPServer:
    """Serve on a free loopback port, in a thread of its own, until ``shutdown``."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, method: str) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = {name: values[0] for name, values in parse_qs(address.query or body).items()}
            key = self.headers.get("Idempotency-Key", "") if method == "POST" else ""
            status, answer = stripe.answer(method, address.path, form, key)
            sent = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def do_GET(self) -> None:  # the base class's name
            self._answer("GET")

        def do_POST(self) -> None:  # the base class's name
            self._answer("POST")

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server
