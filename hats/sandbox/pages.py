"""The owner's pages as text: templates filled with escaped words. Pure."""

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from hats.sandbox.applications import Application
from hats.sandbox.debits import Debit
from hats.sandbox.words import data_in_words, period_in_words, state_in_words

_FOLDER = Path(__file__).with_name("html")
FILES = {
    "/sandbox.css": "text/css; charset=UTF-8",
    "/sandbox.js": "text/javascript; charset=UTF-8",
    "/sandbox.svg": "image/svg+xml",
}


@cache
def file(name: str) -> bytes:
    """Read one of the files that pages link to."""
    return (_FOLDER / name.lstrip("/")).read_bytes()


@cache
def _template(name: str) -> Template:
    return Template((_FOLDER / f"{name}.html").read_text(encoding="utf-8"))


def _filled(name: str, /, **values: str) -> str:
    """Fill in values that are HTML already."""
    return _template(name).substitute(values)


def _page(title: str, main: str, *, whose: str = "") -> str:
    return _filled("layout", title=escape(f"{title} – Sandbox HAT"), main=main, whose=escape(whose))


def problem(text: str) -> str:
    return _page(text, _filled("problem", text=escape(text)))


def front(*, owner: str = "") -> str:
    """Write the front page, which real HATs also serve for every unknown address."""
    heading = f"The HAT of {owner}" if owner else "A sandbox HAT"
    log_out = (
        '<li><form method="post" action="/user/logout"><button>Log out</button></form></li>'
        if owner
        else '<li><a href="/user/login">Log in</a></li>'
    )
    return _page(heading, _filled("front", heading=escape(heading), session=log_out), whose=owner)


def login(*, domain: str, username: str, target: str, was_refused: bool = False) -> str:
    fault = (
        '<p class="fault" role="alert">User name and password do not match. Nothing was shared.</p>'
        if was_refused
        else ""
    )
    main = _filled(
        "login",
        domain=escape(domain),
        username=escape(username),
        target=escape(target),
        fault=fault,
    )
    return _page("Log in", main)


def consent(
    application: Application,
    *,
    owner: str,
    redirect: str,
    fallback: str,
    internal: bool,
) -> str:
    """Write what an application asks for, before its owner lets it in."""
    main = _filled(
        "consent",
        name=escape(application.name),
        description=escape(application.description),
        developer=escape(application.developer),
        url=escape(application.url),
        purpose=escape(application.purpose),
        permissions=_items(_permissions(application)),
        terms=_link(application.terms_url, "Its terms"),
        application=escape(application.id),
        redirect=escape(redirect),
        fallback=escape(fallback),
        internal="true" if internal else "",
    )
    return _page(f"{application.name} would like to use your HAT", main, whose=owner)


def _permissions(application: Application) -> list[str]:
    rights = ["See which HAT is yours"]
    if application.namespaces:
        rights.append(f"Read while you are logged in: {', '.join(application.namespaces)}")
    if application.data_wanted is not None:
        rights.append("Read the data of its own agreement, which starts with this")
    return rights


def confirm(debit: Debit, *, owner: str, redirect: str, fallback: str, state: str) -> str:
    """Write what a data debit asks for, with the two answers."""
    decision = _filled(
        "confirm", id=escape(debit.id), redirect=escape(redirect), fallback=escape(fallback)
    )
    return _debit(debit, owner=owner, state=state, decision=decision)


def debit(debit: Debit, *, owner: str, state: str) -> str:
    """Write one data debit, to be switched on or off."""
    if state == "on":
        decision = _filled("stop", id=escape(debit.id))
    else:
        decision = _filled("confirm", id=escape(debit.id), redirect="", fallback="")
    return _debit(debit, owner=owner, state=state, decision=decision)


def _debit(debit: Debit, *, owner: str, state: str, decision: str) -> str:
    client, permission = debit.client, debit.latest
    heading = f"{client.name} asks for some of your data"
    main = _filled(
        "debit",
        heading=escape(heading),
        state=state,
        state_words=state_in_words(state),
        client=escape(client.name),
        url=escape(client.url),
        description=f"<p>{escape(client.description)}</p>" if client.description else "",
        purpose=escape(permission.purpose),
        data=_items(data_in_words(permission.bundle)),
        period=escape(period_in_words(permission)),
        terms=_link(permission.terms_url, "The terms of this agreement"),
        decision=decision,
    )
    return _page(heading, main, whose=owner)


def debits(
    found: Iterable[tuple[Debit, str]], *, owner: str, applications: Iterable[Application]
) -> str:
    """List all agreements with their states."""
    cards = "\n".join(_card(debit, state) for debit, state in found)
    allowed = "\n".join(_application_card(application) for application in applications)
    main = _filled(
        "debits",
        debits=cards or "<p>There are none yet.</p>",
        applications=allowed or "<p>None has been let in.</p>",
    )
    return _page("Agreements", main, whose=owner)


def _card(debit: Debit, state: str) -> str:
    return (
        f'<div class="card"><p><a href="/data-debit/{escape(debit.id)}">'
        f"{escape(debit.client.name)}: {escape(debit.latest.purpose)}</a></p>"
        f'<p class="state {state}">{state_in_words(state)}</p></div>'
    )


def _application_card(application: Application) -> str:
    return (
        f'<div class="card"><p>{escape(application.name)}: {escape(application.purpose)}</p>'
        f'<form method="post" action="/applications/{escape(application.id)}/stop">'
        f'<button class="stop">End access of {escape(application.name)}</button></form></div>'
    )


def _items(words: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in words)}</ul>"


def _link(url: str, words: str) -> str:
    """Link only what a browser would open as a page."""
    if not url.startswith(("https://", "http://")):
        return ""
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(words)}</a>'
