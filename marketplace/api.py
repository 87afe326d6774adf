"""The REST door: errors as problem JSON (RFC 9457)."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import DomainError
from common.language import gettext as _


def problem_json(problem: Exception, context: dict[str, Any]) -> Response | None:
    """Refusals of ours and of the framework in one shape."""
    if isinstance(problem, DomainError):
        return _problem(problem.http_status, problem.code, problem.sentence)
    response = exception_handler(problem, context)
    if response is None:
        return None
    detail = getattr(problem, "detail", _("This request cannot be answered."))
    code = getattr(problem, "default_code", "error")
    answer = _problem(response.status_code, str(code), detail)
    for name in ("Retry-After", "WWW-Authenticate", "Allow"):
        if response.has_header(name):
            answer[name] = response[name]
    return answer


def _problem(status: int, code: str, detail: object) -> Response:
    body = {"type": f"about:blank#{code}", "title": code, "status": status, "detail": detail}
    return Response(body, status=status, content_type="application/problem+json")
