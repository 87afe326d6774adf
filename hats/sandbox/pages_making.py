"""The page on which HATs are made by hand, as text. Pure."""

from collections.abc import Iterable, Mapping
from html import escape

from hats.sandbox.handmade import LONGEST_NAME, SHORTEST_NAME, SHORTEST_PASSWORD, Wish
from hats.sandbox.pages import filled, page
from hats.sandbox.people import TOWNS
from hats.sandbox.plugs import PLUGS

_FILES = "/_sandbox"


def making(
    wish: Wish,
    *,
    fault: str,
    made: Mapping[str, str] | None,
    hats: Iterable[Mapping[str, str]],
) -> str:
    """Write the form with what was typed so far, and the HATs made so far.

    :param made: how to log in to the one just made.
    """
    main = filled(
        "making",
        news=_news(fault=fault, made=made),
        name=escape(wish.name),
        invalid=' aria-invalid="true" aria-describedby="fault"' if fault else "",
        shortest=str(SHORTEST_NAME),
        longest=str(LONGEST_NAME),
        password_length=str(SHORTEST_PASSWORD),
        towns="".join(_option(town.label, wish.town) for town in TOWNS),
        plugs="".join(_choice(name, wish) for name in PLUGS),
        hats="\n".join(map(_card, hats)) or "<p>None yet.</p>",
    )
    return page("A new HAT", main, files=_FILES, home="/_sandbox/new")


def _news(*, fault: str, made: Mapping[str, str] | None) -> str:
    if fault:
        return f'<p class="fault" id="fault" role="alert">{escape(fault)} No HAT was made.</p>'
    if made is None:
        return ""
    address = f"http://{escape(made['domain'])}/"
    return (
        f'<p class="done" role="status">The HAT <a href="{address}">{escape(made["domain"])}</a>'
        f" is there. Log in as <strong>{escape(made['username'])}</strong> with the password "
        f"<strong>{escape(made['password'])}</strong>.</p>"
    )


def _option(label: str, chosen: str) -> str:
    selected = " selected" if label == chosen else ""
    return f"<option{selected}>{escape(label)}</option>"


def _choice(name: str, wish: Wish) -> str:
    checked = " checked" if name in wish.plugs else ""
    plug = PLUGS[name]
    return (
        f'<label class="choice"><input type="checkbox" name="plugs" value="{name}"{checked}>'
        f"<span>{escape(plug.title)}: {escape(plug.brings)}</span></label>"
    )


def _card(log_in: Mapping[str, str]) -> str:
    domain, name = escape(log_in["domain"]), escape(log_in["username"])
    return (
        f'<div class="card"><p><a href="http://{domain}/">{domain}</a></p>'
        f"<p>Password: {escape(log_in['password'])}</p>"
        f'<form method="post" action="/_sandbox/remove"><input type="hidden" name="name" '
        f'value="{name}"><button class="stop">Remove {name} and all that is on it</button>'
        "</form></div>"
    )
