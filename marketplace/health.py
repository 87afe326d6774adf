"""Is the process alive, and is the house ready? No login, no personal data, no detail."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import OperationalError as BrokerDown

from common import heartbeats
from common.models import Heartbeat, OutboxMessage

OUTBOX_MAY_WAIT = timedelta(minutes=10)
BROKER_ANSWERS_WITHIN_SECONDS = 2


@login_not_required
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """503 while the database, the broker, the relay, a worker or the outbox is in trouble."""
    checks = {"database": _database_answers()}
    if checks["database"]:
        checks |= {
            "broker": _broker_answers(),
            "relay": _beats("relay"),
            "worker": _beats("worker"),
            "outbox": _outbox_moves(),
        }
    good = all(checks.values())
    words = {name: "ok" if fine else "failing" for name, fine in checks.items()}
    return JsonResponse(
        {"status": "ok" if good else "failing", "checks": words}, status=200 if good else 503
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    options = {"socket_timeout": BROKER_ANSWERS_WITHIN_SECONDS, "max_retries": 0}
    try:
        with Connection(settings.CELERY_BROKER_URL, transport_options=options) as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_ANSWERS_WITHIN_SECONDS)
    except (BrokerDown, OSError):
        return False
    return True


def _beats(process: str) -> bool:
    fresh = timezone.now() - heartbeats.FRESH
    return Heartbeat.objects.filter(process=process, beat_at__gte=fresh).exists()


def _outbox_moves() -> bool:
    """Nothing that should have gone out waits longer than ten minutes (invariant I9)."""
    late = timezone.now() - OUTBOX_MAY_WAIT
    return not OutboxMessage.objects.filter(status="pending", due_at__lt=late).exists()
