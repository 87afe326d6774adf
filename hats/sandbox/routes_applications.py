"""Routes of applications: what there is, set-up, tokens, and requests passed on to them."""

import asyncio
from collections.abc import Mapping

import aiohttp
from aiohttp import web

from hats.sandbox import answers
from hats.sandbox.access import Caller
from hats.sandbox.applications import Application
from hats.sandbox.debits import DebitMalformed, instant
from hats.sandbox.hat import Hat
from hats.sandbox.loopback import NotLoopback, ask
from hats.sandbox.roles import OWNER, Role
from hats.sandbox.routing import (
    ANY_VERSION,
    NAME,
    VERSION_26,
    Call,
    Incoming,
    Params,
    Route,
    needs,
    nothing,
    owner_in_person,
    route,
)

_STATUS_SECONDS = 5.0  # As long as a HAT waits for an application's word.
_PROXY_SECONDS = 30.0
_TOKEN = "x-auth-token"  # noqa: S105 - the name of a header
_LIST = Role("applicationlist")


async def described(
    call: Call[None], application: Application, *, dependencies: bool | None = None
) -> dict[str, object]:
    """Describe an application and how far it is set up on this HAT.

    :param dependencies: whether all it depends on is enabled; only set-up finds out.
    """
    hat, listing = call.hat, application.listing
    is_enabled = hat.is_enabled(application.id)
    flags = {"setup": application.id in hat.setups, "enabled": is_enabled, "active": False}
    if not is_enabled:
        return {"application": listing, **flags}
    newest = _newest(hat, application)
    return {
        "application": listing,
        **flags,
        "active": _has_its_debit(call, application) and await _is_well(call, application),
        "needsUpdating": hat.needs_updating(application),
        **({} if dependencies is None else {"dependenciesEnabled": dependencies}),
        **({} if newest is None else {"mostRecentData": newest}),
    }


def _has_its_debit(call: Call[None], application: Application) -> bool:
    """Whether its data debit lets it read the very bundle it asks for now."""
    if application.data_wanted is None:
        return True
    debit = call.hat.debits.get(application.debit_id)
    active = debit.active(call.at) if debit is not None else None
    return active is not None and active.bundle.name == application.data_wanted["name"]


async def _is_well(call: Call[None], application: Application) -> bool:
    """Ask the application itself, if it is on this machine; others are taken to be well."""
    if application.status_url is None:
        return True
    headers = {_TOKEN: call.hat.application_token(application, at=call.at)}
    try:
        reply = await ask("GET", application.status_url, headers=headers, seconds=_STATUS_SECONDS)
    except NotLoopback:
        return True
    except (aiohttp.ClientError, TimeoutError):
        return False
    return reply.status == application.expected_status


def _newest(hat: Hat, application: Application) -> str | None:
    records = hat.holdings[application.recent_endpoint] if application.recent_endpoint else []
    times = [record.written_at for record in records if record.written_at is not None]
    return instant(max(times)) if times else None


async def list_applications(call: Call[None]) -> web.Response:
    found = [one for one in call.world.applications.values() if _is_listed(call.who, one)]
    return answers.json_answer(await asyncio.gather(*(described(call, one) for one in found)))


def _is_listed(caller: Caller, application: Application) -> bool:
    """The owner sees all; who was granted the list sees what he may manage."""
    roles = caller.account.roles
    if caller.is_application:
        roles = set(caller.application.roles) if caller.application else set()
    return OWNER in roles or Role("applicationmanage", application.id) in roles


async def get_application(call: Call[None]) -> web.Response:
    return answers.json_answer(await described(call, _application(call, missing=404)))


def _application(call: Call[None] | Call[Incoming], *, missing: int) -> Application:
    application_id = call.params["name"]
    found = call.world.applications.get(application_id)
    if found is None:
        cause = (
            f"Application {application_id} does not appear to be a valid application "
            "registered with the DEX"
        )
        raise answers.refusal(missing, "Application not Found", cause)
    return found


async def set_up_application(call: Call[None]) -> web.Response:
    application = _application(call, missing=400)
    try:
        dependencies = call.hat.set_up(application, at=call.at)
    except DebitMalformed as clash:
        bundle = (application.data_wanted or {}).get("name")
        cause = f"Application {application.id} bundle {bundle} clashes with one already setup"
        raise answers.refusal(500, "Application malformed", cause) from clash
    return answers.json_answer(await described(call, application, dependencies=dependencies))


async def disable_application(call: Call[None]) -> web.Response:
    application = _application(call, missing=400)
    call.hat.disable_application(application, at=call.at)
    return answers.json_answer(await described(call, application))


def application_token(call: Call[None]) -> web.Response:
    application = _application(call, missing=404)
    token = call.hat.application_token(application, at=call.at)
    return answers.json_answer({"accessToken": token, "userId": call.hat.owner.user_id})


def application_for_login(call: Call[None]) -> web.Response:
    """Describe one application to somebody who has not logged in yet."""
    if call.caller is not None:
        raise answers.forbidden(call.incoming.accept)
    application = call.world.applications.get(call.params["name"])
    if application is None:
        cause = f"No application is registered as {call.params['name']}"
        raise answers.refusal(404, "Not Found", cause)
    return answers.json_answer(application.listing)


async def applications_for_login(call: Call[None]) -> web.Response:
    """List for the page that lets applications in: to the owner as they stand on this HAT.

    Before log-in, only what is registered, cut down to the application asked for.
    """
    if call.caller is not None:
        if not needs(_LIST)(call.caller, call.params):
            raise answers.forbidden(call.incoming.accept)
        return await list_applications(call)
    wanted = call.incoming.query.get("applicationId")
    listings = [one.listing for one in call.world.applications.values()]
    return answers.json_answer([one for one in listings if wanted in {None, one["id"]}])


# Requests passed on


def _whole(incoming: Incoming) -> Incoming:
    return incoming


def _passes_on(method: str) -> Route[Incoming]:
    async def pass_on(call: Call[Incoming]) -> web.Response:
        """Send the request to the application with a token of its own, and answer its answer."""
        application = _application(call, missing=404)
        if not call.hat.is_enabled(application.id):
            cause = f"Application {application.id} does not appear to be activated by the user"
            raise answers.refusal(400, "Application not active", cause)
        sent, token = call.parsed, call.hat.application_token(application, at=call.at)
        body_type = {"Content-Type": "application/json"} if sent.raw else {}
        try:
            reply = await ask(
                method, f"{application.url}/{call.params['path']}", body=sent.raw,
                headers={_TOKEN: token, **body_type}, query=_query(sent), seconds=_PROXY_SECONDS,
            )  # fmt: skip
        except NotLoopback as elsewhere:
            cause = f"Application {application.id} is not on this machine; a sandbox asks no other"
            raise answers.refusal(400, "Application not here", cause) from elsewhere
        except (aiohttp.ClientError, TimeoutError) as silence:
            raise answers.server_error(call.incoming.accept) from silence
        return answers.encoded_answer(reply.body, status=reply.status)

    path = f"{VERSION_26}/applications/{NAME}/proxy/(?P<path>.*)"
    return route("proxy", method, path, pass_on, parse=_whole, allows=needs(_managed),
                 takes_body=True)  # fmt: skip


def _query(incoming: Incoming) -> Mapping[str, str]:
    """Keep the first value of each parameter, and the caller's token to ourselves."""
    return {name: incoming.query[name] for name in incoming.query if name.lower() != _TOKEN}


def _managed(params: Params) -> Role:
    return Role("applicationmanage", params["name"])


def _may_take_token(caller: Caller, params: Params) -> bool:
    """An application needs the very role; being granted everything is not enough."""
    role = Role("retrieveapplicationtoken", params["name"])
    if not caller.is_application:
        return owner_in_person(caller, params)
    return caller.may(role) and role in (caller.application.roles if caller.application else ())


_APPLICATIONS = f"{ANY_VERSION}/applications"
_APPLICATION = f"{_APPLICATIONS}/{NAME}"
_VERBS = ("GET", "POST", "PUT", "PATCH", "HEAD", "DELETE", "OPTIONS")

ROUTES: tuple[Route[None] | Route[Incoming], ...] = (
    route("applications", "GET", _APPLICATIONS, list_applications, parse=nothing,
          allows=needs(_LIST)),
    route("hmi", "GET", f"{VERSION_26}/applications/hmi", applications_for_login, parse=nothing,
          allows=None),
    route("hmi", "GET", f"{VERSION_26}/applications/{NAME}/hmi", application_for_login,
          parse=nothing, allows=None),
    route("application", "GET", _APPLICATION, get_application, parse=nothing,
          allows=needs(_managed)),
    route("setup", "GET", f"{_APPLICATION}/setup", set_up_application, parse=nothing,
          allows=needs(_managed)),
    route("application_disable", "GET", f"{_APPLICATION}/disable", disable_application,
          parse=nothing, allows=needs(_managed)),
    route("application_token", "GET", f"{_APPLICATION}/access-token", application_token,
          parse=nothing, allows=_may_take_token),
    *(_passes_on(method) for method in _VERBS),
)  # fmt: skip
