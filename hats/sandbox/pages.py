"""The owner's pages as text: templates filled with escaped words. Pure."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from hats.bundles import Bundle
from hats.sandbox.applications import Application
from hats.sandbox.debits import Debit
from hats.sandbox.words import (
    conditions_in_words,
    data_in_words,
    day_in_words,
    namespace_in_words,
    period_end,
    period_in_words,
    state_in_words,
)

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


def filled(name: str, /, **values: str) -> str:
    """Fill in values that are HTML already."""
    return _template(name).substitute(values)


def page(title: str, main: str, *, whose: str = "", files: str = "", home: str = "/") -> str:
    """Put a page into the frame that all share.

    :param whose: the owner who is logged in; with it come the links to the other pages.
    :param files: where style and pictures are, when the page is not on a HAT.
    """
    return filled(
        "layout",
        title=escape(f"{title} – Sandbox HAT"),
        main=main,
        whose=escape(whose),
        nav=filled("nav") if whose else "",
        files=files,
        home=home,
    )


def problem(text: str) -> str:
    return page(text, filled("problem", text=escape(text)))


def front(*, owner: str = "") -> str:
    """Write the front page, which real HATs also serve for every unknown address."""
    heading = f"The HAT of {owner}" if owner else "A sandbox HAT"
    links = _FRONT_LINKS if owner else (("/user/login", "Log in", "as the owner of this HAT"),)
    listed = "\n".join(
        f'<li><a href="{path}">{name}</a><br>{what}</li>' for path, name, what in links
    )
    return page(heading, filled("front", heading=escape(heading), links=listed), whose=owner)


_FRONT_LINKS = (
    ("/data-debit", "Agreements", "who may read some of your data, and what you let in"),
    ("/data", "Your data", "everything on this HAT, record by record"),
    ("/plugs", "Data plugs", "the services that fill this HAT"),
)


def login(*, domain: str, username: str, target: str, was_refused: bool = False) -> str:
    fault = (
        '<p class="fault" role="alert">User name and password do not match. Nothing was shared.</p>'
        if was_refused
        else ""
    )
    main = filled(
        "login",
        domain=escape(domain),
        username=escape(username),
        target=escape(target),
        fault=fault,
    )
    return page("Log in", main)


def consent(
    application: Application,
    *,
    owner: str,
    redirect: str,
    fallback: str,
    internal: bool,
) -> str:
    """Write what an application asks for, before its owner lets it in."""
    main = filled(
        "consent",
        name=escape(application.name),
        description=escape(application.description),
        developer=escape(application.developer),
        url=escape(application.url),
        purpose=escape(application.purpose),
        permissions=items(_permissions(application)),
        terms=_link(application.terms_url, "Its terms"),
        application=escape(application.id),
        redirect=escape(redirect),
        fallback=escape(fallback),
        internal="true" if internal else "",
    )
    return page(f"{application.name} would like to use your HAT", main, whose=owner)


def _permissions(application: Application) -> list[str]:
    rights = ["See which HAT is yours"]
    if application.namespaces:
        rights.append(f"Read while you are logged in: {'; '.join(_titles(application))}")
    if application.data_wanted is not None:
        rights.append("Read the data of its own agreement, which starts with this")
    return rights


def _titles(application: Application) -> list[str]:
    titles = (namespace_in_words(name) for name in application.namespaces)
    return sorted(set(titles), key=str.casefold)


def confirm(debit: Debit, *, owner: str, redirect: str, fallback: str, state: str) -> str:
    """Write what a data debit asks for, with the two answers."""
    decision = filled(
        "confirm", id=escape(debit.id), redirect=escape(redirect), fallback=escape(fallback)
    )
    return _debit(debit, owner=owner, state=state, decision=decision)


def debit(debit: Debit, *, owner: str, state: str, at: datetime) -> str:
    """Write one data debit, to be switched on or off."""
    if state in {"on", "later"}:
        decision = filled("stop", id=escape(debit.id), later=_stop_later(debit, at=at))
    else:
        decision = filled("confirm", id=escape(debit.id), redirect="", fallback="")
    return _debit(debit, owner=owner, state=state, decision=decision)


def _stop_later(debit: Debit, *, at: datetime) -> str:
    """Offer the end of the period, unless it ends by then anyway."""
    permission = debit.active(at) or debit.latest
    if permission.end is not None:
        return ""
    end = day_in_words(period_end(permission, at=at))
    return f'<button name="when" value="period-end">Stop when the period ends, on {end}</button>'


def _debit(debit: Debit, *, owner: str, state: str, decision: str) -> str:
    client, permission = debit.client, debit.latest
    heading = f"{client.name} asks for some of your data"
    main = filled(
        "debit",
        heading=escape(heading),
        state=state,
        state_words=state_in_words(state),
        client=escape(client.name),
        url=escape(client.url),
        description=f"<p>{escape(client.description)}</p>" if client.description else "",
        purpose=escape(permission.purpose),
        data=items(data_in_words(permission.bundle)),
        conditions=conditions(permission.conditions),
        period=escape(period_in_words(permission)),
        terms=_link(permission.terms_url, "The terms of this agreement"),
        decision=decision,
    )
    return page(heading, main, whose=owner)


def conditions(wanted: Bundle | None) -> str:
    """Write what must be on the HAT before anything is read."""
    if wanted is None:
        return ""
    words = items(conditions_in_words(wanted))
    return f"<p>Nothing is read unless all of this is so:</p>{words}"


def debits(
    found: Iterable[tuple[Debit, str]],
    *,
    older: Iterable[str],
    owner: str,
    applications: Iterable[Application],
) -> str:
    """List all agreements with their states.

    :param older: cards of the agreements of version 2.
    """
    cards = "\n".join([*(_card(debit, state) for debit, state in found), *older])
    allowed = "\n".join(_application_card(application) for application in applications)
    main = filled(
        "debits",
        debits=cards or "<p>There are none yet.</p>",
        applications=allowed or "<p>None has been let in.</p>",
    )
    return page("Agreements", main, whose=owner)


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


def items(words: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in words)}</ul>"


def _link(url: str, words: str) -> str:
    """Link only what a browser would open as a page."""
    if not url.startswith(("https://", "http://")):
        return ""
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(words)}</a>'
