"""A visitor without a browser: pages, links and forms over real HTTP, cookies kept per host.

Used by ``make trade`` and by the demo's first start, so that what they do is what a person could
do. Host names ending in ``.localhost`` are dialled on loopback, as browsers do by themselves.
"""

import http.client
import http.cookiejar
import socket
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from email.message import Message
from html.parser import HTMLParser
from typing import IO

TIMEOUT_SECONDS = 60
_OK_FORM_ERROR = 422


class Unexpected(Exception):
    """A page was not what a visitor would expect; the text names it."""


@dataclass
class Form:
    """One form of a page, with what it would send."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)  # radio buttons, chosen or not
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, words


@dataclass
class Page:
    """What came back: where we are, and what is on it."""

    url: str
    status: int
    body: bytes
    headers: Message
    forms: list[Form] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # address, words
    words: str = ""

    def form(self, action_part: str) -> Form:
        """The form whose action, or one of whose fields or buttons, contains ``action_part``.

        :raises Unexpected: there is none.
        """
        for form in self.forms:
            if action_part in form.action or action_part in form.fields:
                return form
        for form in self.forms:
            if any(action_part in words for *_, words in form.buttons):
                return form
        raise Unexpected(f"no form “{action_part}” on {self.url}: {self.words[:400]}")

    def link(self, part: str) -> str:
        """The first link whose address or words contain ``part``.

        :raises Unexpected: there is none.
        """
        for address, words in self.links:
            if part in address or part in words:
                return urllib.parse.urljoin(self.url, address)
        raise Unexpected(f"no link “{part}” on {self.url}: {self.words[:400]}")


class Visitor:
    """One person with one set of cookies."""

    def __init__(self, site_url: str) -> None:
        self.site_url = site_url
        self.cookies = http.cookiejar.CookieJar(_AcceptLocalhost())
        self._opener = urllib.request.build_opener(
            _Loopback(), urllib.request.HTTPCookieProcessor(self.cookies), _Redirects()
        )

    def get(self, address: str) -> Page:
        """Open a page; an address without a host is the shop's.

        :raises Unexpected: an answer of 400 or above.
        """
        return self._send(urllib.request.Request(self._absolute(address)))  # noqa: S310  # http only

    def submit(self, page: Page, form: Form, **values: str) -> Page:
        """Send a form as its page would, with these values filled in."""
        fields = urllib.parse.urlencode({**form.fields, **values})
        address = urllib.parse.urljoin(page.url, form.action or page.url)
        if form.method == "get":
            return self.get(f"{address.split('?')[0]}?{fields}")
        request = urllib.request.Request(address, data=fields.encode())  # noqa: S310  # http only
        request.add_header(
            "Origin", "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(page.url))
        )
        request.add_header("Referer", page.url)
        return self._send(request)

    def _absolute(self, address: str) -> str:
        return _without_hash_routing(urllib.parse.urljoin(self.site_url, address))

    def _send(self, request: urllib.request.Request) -> Page:
        request.add_header("Accept", "text/html,application/json;q=0.9,*/*;q=0.8")
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return _read(answer.url, answer.status, answer.read(), answer.headers)
        except urllib.error.HTTPError as problem:
            page = _read(problem.url or "", problem.code, problem.read(), problem.headers)
            if problem.code == _OK_FORM_ERROR:
                return page
            raise Unexpected(f"{problem.code} at {page.url}: {page.words[:400]}") from problem


def _read(url: str, status: int, body: bytes, headers: Message) -> Page:
    page = Page(url, status, body, headers)
    if "html" in headers.get("Content-Type", ""):
        _Reader(page).feed(body.decode("utf-8", "replace"))
        page.words = " ".join(page.words.split())
    return page


class _Reader(HTMLParser):
    """Collects forms, links and words."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.form = page, None if not page.forms else page.forms[-1]
        self.select = self.link = self.button = self.textarea = ""
        self.in_link = self.in_button = self.in_textarea = self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        opener = getattr(self, f"_open_{tag}", None)
        if opener:
            opener(named, {name for name, _ in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "a":
            self.in_link = False
        elif tag == "button":
            self.in_button = False
        elif tag == "textarea":
            self.in_textarea = False
        elif tag in {"script", "style", "svg"}:
            self.silent = False

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        self.page.words += " " + data
        if self.in_link:
            address, words = self.page.links[-1]
            self.page.links[-1] = (address, f"{words} {data.strip()}".strip())
        if self.in_button and self.form and self.form.buttons:
            name, value, words = self.form.buttons[-1]
            self.form.buttons[-1] = (name, value, f"{words} {data.strip()}".strip())
        if self.in_textarea and self.form:
            self.form.fields[self.textarea] += data

    def _open_form(self, named: dict[str, str], _flags: set[str]) -> None:
        self.form = Form(named.get("action", ""), named.get("method", "get").lower())
        self.page.forms.append(self.form)

    def _open_input(self, named: dict[str, str], flags: set[str]) -> None:
        kind, name = named.get("type", "text"), named.get("name", "")
        if self.form is None or not name:
            return
        if kind == "radio":
            self.form.choices.setdefault(name, []).append(named.get("value", ""))
        if kind in {"checkbox", "radio"} and "checked" not in flags:
            return
        if kind == "submit":
            self.form.buttons.append((name, named.get("value", ""), named.get("value", "")))
            return
        self.form.fields[name] = named.get("value", "on" if kind == "checkbox" else "")

    def _open_textarea(self, named: dict[str, str], _flags: set[str]) -> None:
        self.textarea, self.in_textarea = named.get("name", ""), True
        if self.form:
            self.form.fields[self.textarea] = ""

    def _open_select(self, named: dict[str, str], _flags: set[str]) -> None:
        self.select = named.get("name", "")

    def _open_option(self, named: dict[str, str], flags: set[str]) -> None:
        if (
            self.form
            and self.select
            and ("selected" in flags or self.select not in self.form.fields)
        ):
            self.form.fields[self.select] = named.get("value", "")

    def _open_button(self, named: dict[str, str], _flags: set[str]) -> None:
        self.in_button = True
        if self.form:
            self.form.buttons.append((named.get("name", ""), named.get("value", ""), ""))

    def _open_a(self, named: dict[str, str], _flags: set[str]) -> None:
        self.in_link = True
        self.page.links.append((named.get("href", ""), ""))

    def _open_script(self, _named: dict[str, str], _flags: set[str]) -> None:
        self.silent = True

    _open_style = _open_svg = _open_script


class _LoopbackConnection(http.client.HTTPConnection):
    """Dials ``*.localhost`` on 127.0.0.1; the Host header keeps the name."""

    def connect(self) -> None:
        host = "127.0.0.1" if self.host.endswith("localhost") else self.host
        self.sock = socket.create_connection((host, self.port), self.timeout)


class _Loopback(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_LoopbackConnection, request)


def _without_hash_routing(address: str) -> str:
    """``/#/page`` and ``/page`` are one page of a HAT; the former needs a script to get there."""
    return address.replace("/#/", "/", 1)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows as a browser does; ten hops at most are the library's own limit."""

    def redirect_request(  # the library's own shape
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        newurl = _without_hash_routing(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _AcceptLocalhost(http.cookiejar.DefaultCookiePolicy):
    """Cookies of ``localhost`` hosts are kept per host, as browsers keep them."""

    def return_ok_domain(
        self, cookie: http.cookiejar.Cookie, request: urllib.request.Request
    ) -> bool:
        host = (request.host or "").split(":")[0]
        return cookie.domain.removesuffix(".local") == host

    def domain_return_ok(self, domain: str, request: urllib.request.Request) -> bool:
        host = (request.host or "").split(":")[0]
        return domain.removesuffix(".local") in {host, f".{host}"}
