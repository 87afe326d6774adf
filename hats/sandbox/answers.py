"""What a HAT answers with: JSON, its two families of JSON errors, and HTML."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

import orjson
from aiohttp import hdrs, web

from hats.sandbox import pages

_JSON = {hdrs.CONTENT_TYPE: "application/json"}
_HTML = {
    hdrs.CONTENT_TYPE: "text/html; charset=UTF-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Refusal(Exception):
    """An answer that ends the handling of a request."""

    def __init__(self, response: web.Response) -> None:
        super().__init__(response.status)
        self.response = response


def json_answer(payload: object, *, status: int = 200) -> web.Response:
    return encoded_answer(orjson.dumps(payload), status=status)


def encoded_answer(body: bytes, *, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, headers=_JSON)


def text_answer(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/plain", charset="UTF-8")


def html_answer(page: str, *, status: int = 200) -> web.Response:
    return web.Response(body=page.encode(), status=status, headers=_HTML)


def refusal(status: int, message: str, cause: str, *, details: list[str] | None = None) -> Refusal:
    """Make an error of the handlers: ``message`` and ``cause``."""
    more = {} if details is None else {"details": details}
    return Refusal(json_answer({"message": message, "cause": cause, **more}, status=status))


def framework_error(
    status: int, error: str, message: object, *, accept: str | None = None
) -> Refusal:
    """Make an error of the framework: ``error`` and ``message``; HTML if JSON is not wanted."""
    if not accepts_json(accept):
        return Refusal(html_answer(pages.problem(f"{status} {error}"), status=status))
    return Refusal(json_answer({"error": error, "message": message}, status=status))


def bad_request(message: object, *, accept: str | None = None) -> Refusal:
    return framework_error(400, "Bad Request", message, accept=accept)


def model_invalid(faults: Mapping[str, str], *, accept: str | None = None) -> Refusal:
    message = {path: [{"msg": [what], "args": []}] for path, what in faults.items()}
    return bad_request(message, accept=accept)


def not_authenticated(accept: str | None) -> Refusal:
    return _guarded(401, "Not Authenticated", "Not Authenticated", accept=accept)


def forbidden(accept: str | None) -> Refusal:
    return _guarded(403, "Forbidden", "Access Denied", accept=accept)


def _guarded(status: int, error: str, message: str, *, accept: str | None) -> Refusal:
    """Browsers, which ask for HTML, are sent to the front page instead."""
    if not accepts_json(accept):
        return Refusal(web.Response(status=303, headers={hdrs.LOCATION: "/"}))
    return framework_error(status, error, message)


def server_error(accept: str | None) -> Refusal:
    message = f"Server error occurred: {secrets.token_hex(4)}"
    return framework_error(500, "Internal Server error", message, accept=accept)


def accepts_json(accept: str | None) -> bool:
    return not accept or "*/*" in accept or "application/json" in accept


def see_other(url: str) -> web.Response:
    """Lead a browser on, verbatim.

    :raises Refusal: as :func:`check_link`.
    """
    check_link(url)
    return web.Response(status=303, headers={hdrs.LOCATION: url})


def check_link(url: str) -> None:
    """Let pass only what could be a web page, or a path on this HAT.

    :raises Refusal: anything else, a page that says so.
    """
    is_path = url.startswith("/") and not url.startswith("//")
    leads_to_page = is_path or urlsplit(url).scheme in {"http", "https"}
    if not leads_to_page or any(ord(sign) < ord(" ") for sign in url):
        raise Refusal(html_answer(pages.problem("This link leads nowhere safe"), status=400))
