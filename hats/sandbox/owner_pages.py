"""What the owner does in the browser on the HAT itself: log in, let in, confirm, switch off."""

import re

from aiohttp import hdrs, web

from hats.sandbox import answers, owner_data, owner_older, pages, pages_older, session
from hats.sandbox.applications import Application
from hats.sandbox.debits import Debit, DebitMalformed
from hats.sandbox.hat import Hat
from hats.sandbox.links import with_error, with_token
from hats.sandbox.visit import Page, Visit, for_owner, not_possible, to_login, visited
from hats.sandbox.words import state_of
from hats.sandbox.world import World


async def respond(request: web.BaseRequest, *, hat: Hat, world: World) -> web.Response | None:
    """Serve an owner's page; ``None`` when the address is none."""
    if request.path in pages.FILES:
        headers = {hdrs.CONTENT_TYPE: pages.FILES[request.path], hdrs.CACHE_CONTROL: "no-cache"}
        return web.Response(body=pages.file(request.path), headers=headers)
    for method, pattern, page in _PAGES:
        match = pattern.fullmatch(request.path)
        if match and request.method == method:
            visit = await visited(request, hat=hat, world=world, named=match.groupdict())
            return page(visit)
    return None


def front_page(visit: Visit) -> web.Response:
    return answers.html_answer(pages.front(owner=visit.owner))


# Logging in


def login_page(visit: Visit) -> web.Response:
    page = pages.login(
        domain=visit.hat.domain,
        username=visit.hat.person.name,
        target=visit.field("target") or "/",
    )
    return answers.html_answer(page)


def log_in(visit: Visit) -> web.Response:
    hat, target = visit.hat, visit.field("target") or "/"
    username = visit.field("username").strip().lower()
    account = hat.log_in(username=username, password=visit.field("password"))
    if account is None or not account.is_owner:
        page = pages.login(domain=hat.domain, username=username, target=target, was_refused=True)
        return answers.html_answer(page, status=422)
    is_local = target.startswith("/") and not target.startswith(("//", "/\\"))
    response = answers.see_other(target if is_local else "/")
    session.start(response, hat=hat, world=visit.world)
    return response


def log_out(_visit: Visit) -> web.Response:
    response = answers.see_other("/")
    session.end(response)
    return response


# Letting an application in


def hat_login(visit: Visit) -> web.Response:
    """Tell an application whose HAT this is, after its owner agreed once."""
    redirect = visit.field("redirect_uri", "redirect")
    application_id = visit.field("application_id", "name").lower()
    if not redirect:
        return _misconfigured(visit, redirect, "redirect_is_required ")
    if not application_id:
        return _misconfigured(visit, redirect, "application_id_is_required ")
    application = visit.world.applications.get(application_id)
    if application is None:
        return _misconfigured(visit, redirect, "application_id_not_found ")
    if not visit.is_owner:
        return to_login(visit.path_and_query)
    if visit.hat.is_enabled(application_id) and not visit.hat.needs_updating(application):
        return _let_in(visit, application, redirect=redirect)
    page = pages.consent(
        application,
        owner=visit.owner,
        redirect=redirect,
        fallback=visit.field("fallback"),
        internal=visit.field("internal") == "true",
    )
    return answers.html_answer(page)


def _misconfigured(visit: Visit, redirect: str, reason: str) -> web.Response:
    return _turned_away(visit, redirect=redirect, error="application_misconfigured", reason=reason)


def _turned_away(visit: Visit, *, redirect: str, error: str, reason: str) -> web.Response:
    fallback = visit.field("fallback")
    if fallback:
        return answers.see_other(fallback)
    if not redirect:
        page = pages.problem("This log-in link says neither who asks nor where to return")
        return answers.html_answer(page, status=400)
    return answers.see_other(with_error(redirect, error=error, reason=reason))


def _let_in(visit: Visit, application: Application, *, redirect: str) -> web.Response:
    if visit.field("internal") == "true":
        return answers.see_other(redirect)
    token = visit.hat.application_token(application, at=visit.world.now())
    return answers.see_other(with_token(redirect, token))


def decide_application(visit: Visit) -> web.Response:
    redirect = visit.field("redirect")
    application = visit.world.applications.get(visit.field("application"))
    if not visit.is_owner or application is None:
        return to_login("/")
    if visit.field("decision") != "allow":
        return _turned_away(
            visit, redirect=redirect, error="access_denied", reason="user_cancelled"
        )
    answers.check_link(redirect)
    try:
        visit.hat.set_up(application, at=visit.world.now())
    except DebitMalformed:
        return _turned_away(
            visit, redirect=redirect, error="hat_exception", reason="internal_server_error"
        )
    return _let_in(visit, application, redirect=redirect)


# Agreements


def debits_page(visit: Visit) -> web.Response:
    at, hat = visit.world.now(), visit.hat
    found = [(debit, state_of(debit, at=at)) for debit in reversed(hat.debits.values())]
    allowed = [one for one in visit.world.applications.values() if hat.is_enabled(one.id)]
    older = [pages_older.card(debit, at=at) for debit in hat.older_debits.values()]
    page = pages.debits(found, older=older, owner=visit.owner, applications=allowed)
    return answers.html_answer(page)


def debit_page(visit: Visit) -> web.Response:
    debit, at = _debit(visit), visit.world.now()
    state = state_of(debit, at=at)
    return answers.html_answer(pages.debit(debit, owner=visit.owner, state=state, at=at))


def quick_confirm(visit: Visit) -> web.Response:
    """Ask whether a debit may be read. Logging in first loses the way back, as on real HATs."""
    if not visit.is_owner:
        return to_login(visit.path)
    debit = _debit(visit)
    page = pages.confirm(
        debit,
        owner=visit.owner,
        redirect=visit.field("redirect"),
        fallback=visit.field("fallback"),
        state=state_of(debit, at=visit.world.now()),
    )
    return answers.html_answer(page)


def confirm_debit(visit: Visit) -> web.Response:
    if not visit.is_owner:
        return to_login(f"/data-debit/{visit.subject}")
    debit = _debit(visit)
    if visit.field("decision") != "confirm":
        return answers.see_other(visit.field("fallback") or "/data-debit")
    visit.hat.enable(debit)
    return answers.see_other(visit.field("redirect") or f"/data-debit/{debit.id}")


def stop_debit(visit: Visit) -> web.Response:
    if not visit.is_owner:
        return to_login(f"/data-debit/{visit.subject}")
    debit = _debit(visit)
    at_period_end = visit.field("when") == "period-end"
    visit.hat.disable(debit, at=visit.world.now(), at_period_end=at_period_end)
    return answers.see_other(f"/data-debit/{debit.id}")


def stop_application(visit: Visit) -> web.Response:
    application = visit.world.applications.get(visit.subject)
    if not visit.is_owner or application is None:
        return to_login("/data-debit")
    visit.hat.disable_application(application, at=visit.world.now())
    return answers.see_other("/data-debit")


def _debit(visit: Visit) -> Debit:
    debit = visit.hat.debits.get(visit.subject)
    if debit is None:
        raise not_possible("There is no such agreement on this HAT", status=404)
    return debit


_DEBIT = "/data-debit/(?P<id>[0-9a-zA-Z-]+)"
_PAGES: tuple[tuple[str, re.Pattern[str], Page], ...] = tuple(
    (method, re.compile(path), page)
    for method, path, page in (
        ("GET", "/", front_page),
        ("GET", "/user/login", login_page),
        ("POST", "/user/login", log_in),
        ("POST", "/user/logout", log_out),
        ("GET", "/hatlogin|/auth/oauth", hat_login),
        ("POST", "/hatlogin/decision", decide_application),
        ("GET", "/data-debit", for_owner(debits_page)),
        ("GET", _DEBIT, for_owner(debit_page)),
        ("GET", f"{_DEBIT}/quick-confirm", quick_confirm),
        ("POST", f"{_DEBIT}/confirm", confirm_debit),
        ("POST", f"{_DEBIT}/stop", stop_debit),
        ("POST", "/applications/(?P<id>[0-9a-zA-Z-]+)/stop", stop_application),
        *owner_data.PAGES,
        *owner_older.PAGES,
    )
)
