"""Structured logs: one JSON object a line, allow-listed keys only, request and task ids added.

Nothing reaches a log that is not named here: messages are event names, and what goes beside them
are ids, states and counts. Exception texts are left out on purpose: a database driver's text can
carry a piece of a person's record, so only the exception's type and its frames are kept.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
task_id: ContextVar[str] = ContextVar("task_id", default="")

ALLOWED = frozenset(
    {
        "acceptance_id",
        "attempts",
        "batch",
        "code",
        "count",
        "dataset_id",
        "debit_id",
        "duration_ms",
        "event_id",
        "file_id",
        "hat_owner_id",
        "host_hash",
        "kind",
        "line_id",
        "method",
        "notification_id",
        "order_id",
        "outbox_id",
        "path_name",
        "payment_id",
        "problem",
        "queue_age_seconds",
        "records",
        "refund_id",
        "retrieval_id",
        "revision_id",
        "rows",
        "why",
        "route",
        "retrievals",
        "gateway",
        "error",
        "block_id",
        "seconds",
        "state",
        "status",
        "task",
        "user_id",
    }
)


class JsonLines(logging.Formatter):
    """``{"at", "level", "logger", "event", …}``."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage() if _ours(record) else str(record.msg)[:200],
            "request_id": request_id.get(),
            "task_id": task_id.get(),
        }
        line |= {key: value for key, value in record.__dict__.items() if key in ALLOWED}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["frames"] = [
                f"{frame.filename.rsplit('/', 2)[-2]}/{frame.name}:{frame.lineno}"
                for frame in traceback.extract_tb(record.exc_info[2])[-6:]
                if "/" in frame.filename
            ]
        return json.dumps({key: value for key, value in line.items() if value != ""}, default=str)


class Plain(JsonLines):
    """The same facts for eyes: ``level logger event key=value``."""

    def format(self, record: logging.LogRecord) -> str:
        facts = json.loads(super().format(record))
        head = f"{facts.pop('level'):<7} {facts.pop('logger')} {facts.pop('event')}"
        facts.pop("at")
        return " ".join([head, *(f"{key}={value}" for key, value in facts.items())])


def _ours(record: logging.LogRecord) -> bool:
    """Other packages' messages are printed without their arguments: those may be personal."""
    return not record.args


def logging_config(*, level: str, json_lines: bool) -> dict[str, Any]:
    """For ``logging.config.dictConfig``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": JsonLines if json_lines else Plain}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.server": {"level": "WARNING"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "aiohttp": {"level": "WARNING"},
            "gunicorn.error": {"handlers": ["console"], "propagate": False},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "ERROR"},
            "amqp": {"level": "ERROR"},
        },
    }
