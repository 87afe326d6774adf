"""What ``manage.py check --deploy`` says about this market's own settings.

Each finding is an error: a production process that has one must not be started. The demo
(``DEMO=1``) is judged by the last three only, which hold everywhere.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

SEALING_KEY_BYTES = 32
NO_MAIL = ("filebased", "console", "locmem", "dummy")


def check_clusters(**_kwargs: Any) -> Iterator[CheckMessage]:
    """E001: HATs are reached over TLS; that they are found by DNS is ``hats.E002``."""
    for cluster in settings.HAT_CLUSTERS:
        if cluster.get("scheme", "https") != "https":
            suffix = cluster.get("suffix", "")
            yield Error(f"The cluster {suffix} is not reached by https.", id="hatmarket.E001")


def check_money(**_kwargs: Any) -> Iterator[CheckMessage]:
    """E002 and E003: payments are real."""
    if settings.PAYMENT_GATEWAY == "till":
        yield Error("The sandbox till takes no real money.", id="hatmarket.E002")
    elif settings.STRIPE_SECRET_KEY.startswith(("sk_test", "rk_test")):
        yield Error("STRIPE_SECRET_KEY is a key of Stripe's test mode.", id="hatmarket.E003")


def check_broker(**_kwargs: Any) -> Iterator[CheckMessage]:
    """E004: whoever can write to the broker can wake workers, so strangers must not."""
    url = urlsplit(settings.CELERY_BROKER_URL)
    if "socket" not in url.scheme and not url.password:
        yield Error(
            "CELERY_BROKER_URL has no password.",
            hint="Use rediss://:password@host, or a Unix socket that only we can open.",
            id="hatmarket.E004",
        )


def check_mail(**_kwargs: Any) -> Iterator[CheckMessage]:
    """E005: mails leave the house instead of lying in a folder of it."""
    if any(word in settings.EMAIL_BACKEND for word in NO_MAIL):
        yield Error("EMAIL_URL names no mail server.", id="hatmarket.E005")


def check_sealing(**_kwargs: Any) -> Iterator[CheckMessage]:
    """E006: a key of another length would be found out by the first person's data."""
    for place, key in enumerate(settings.SEALING_KEYS, start=1):
        if not _is_sealing_key(key):
            yield Error(
                f"Key {place} of SEALING_KEYS is not the base64 of {SEALING_KEY_BYTES} bytes.",
                id="hatmarket.E006",
            )


def _is_sealing_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == SEALING_KEY_BYTES
    except binascii.Error:
        return False


def check_tasks(**_kwargs: Any) -> Iterator[CheckMessage]:
    """E007: the broker carries numbers in JSON, and nothing comes back through it."""
    if not settings.CELERY_TASK_IGNORE_RESULT or settings.CELERY_ACCEPT_CONTENT != ["json"]:
        yield Error("Tasks must ignore results and accept JSON alone.", id="hatmarket.E007")


def check_content_policy(**_kwargs: Any) -> Iterator[CheckMessage]:
    """E008: no page may run what was not shipped with it."""
    policy: dict[str, Any] = settings.CONTENT_SECURITY_POLICY
    words = [str(word) for allowed in policy["DIRECTIVES"].values() for word in allowed]
    if any("unsafe" in word or word == "*" for word in words):
        yield Error("The content security policy allows what is unsafe.", id="hatmarket.E008")


IN_PRODUCTION = (check_clusters, check_money, check_broker, check_mail)
EVERYWHERE = (check_sealing, check_tasks, check_content_policy)
Check = Callable[..., Iterator[CheckMessage]]


def check_all(*, is_demo: bool) -> list[CheckMessage]:
    """All findings that hold for a production process, or for a demo."""
    checks: tuple[Check, ...] = EVERYWHERE if is_demo else (*IN_PRODUCTION, *EVERYWHERE)
    return [message for check in checks for message in check()]


def register_all() -> None:
    """Have ``check --deploy`` ask."""

    def hat_market(**_kwargs: Any) -> list[CheckMessage]:
        return check_all(is_demo=settings.DEMO)

    register(hat_market, Tags.security, deploy=True)
