"""Routes of identity and applications: keys, tokens, set-up."""

from datetime import datetime, timedelta
from urllib.parse import unquote_plus

from aiohttp import web

from hats.sandbox import answers
from hats.sandbox.access import Caller
from hats.sandbox.applications import Application
from hats.sandbox.debits import DebitMalformed
from hats.sandbox.hat import Hat
from hats.sandbox.links import with_token
from hats.sandbox.roles import Role
from hats.sandbox.routing import (
    ANY_VERSION,
    NAME,
    VERSION_26,
    Call,
    Incoming,
    Params,
    Route,
    any_token,
    needs,
    nothing,
    required_query,
    route,
)

_BURST, _REFILL = 10, timedelta(seconds=2)


class LoginLimit:
    """A bucket of ten log-ins per HAT and client, refilled by one every two seconds.

    Real HATs count per client only; here one client speaks to thousands of HATs of one process.
    """

    def __init__(self) -> None:
        self._empty_until: dict[tuple[str, str], datetime] = {}

    def allows(self, domain: str, client: str, *, at: datetime) -> bool:
        key = (domain, client)
        used_until = max(at, self._empty_until.get(key, at)) + _REFILL
        if used_until > at + _BURST * _REFILL:
            return False
        self._empty_until[key] = used_until
        return True


def public_key(call: Call[None]) -> web.Response:
    return answers.text_answer(call.hat.key.public_pem)


def access_token(call: Call[None]) -> web.Response:
    headers = call.incoming.headers
    if "username" not in headers or "password" not in headers:
        cause = "No username or password provided to retrieve token"
        raise answers.refusal(401, "Credentials required", cause)
    account = call.hat.log_in(
        username=unquote_plus(headers["username"]), password=unquote_plus(headers["password"])
    )
    if account is None:
        raise answers.not_authenticated(call.incoming.accept)
    return _token_answer(call.hat.user_token(account, at=call.at), account.user_id)


def _token_answer(token: str, user_id: str) -> web.Response:
    answer = answers.json_answer({"accessToken": token, "userId": user_id})
    answer.headers["X-Auth-Token"] = token
    return answer


def too_many_logins() -> answers.Refusal:
    return answers.refusal(
        400,
        "Request rate exceeded",
        "Rate of requests from your IP exceeded",
        details=["Request to /users/access_token"],
    )


def validate(_call: Call[None]) -> web.Response:
    return answers.json_answer({"message": "Authenticated"})


def service_token(call: Call[tuple[str, str]]) -> web.Response:
    """Make a token that tells a service which HAT this is, and no more."""
    _, resource = call.parsed
    token = _validate_token(call.hat, resource=resource, at=call.at)
    return answers.json_answer({"accessToken": token, "userId": call.who.account.user_id})


def _name_and_resource(incoming: Incoming) -> tuple[str, str]:
    return required_query(incoming, "name"), required_query(incoming, "resource")


def legacy_login(call: Call[tuple[str, str]]) -> web.Response:
    _, redirect = call.parsed
    token = _validate_token(call.hat, resource=redirect, at=call.at)
    return answers.json_answer({"message": with_token(redirect, token)})


def _name_and_redirect(incoming: Incoming) -> tuple[str, str]:
    return required_query(incoming, "name"), required_query(incoming, "redirect")


def _validate_token(hat: Hat, *, resource: str, at: datetime) -> str:
    claims = {"resource": resource, "accessScope": "validate"}
    return hat.token(hat.owner, claims=claims, at=at)


def _owner_in_person(caller: Caller, _params: Params) -> bool:
    return not caller.is_application and caller.account.is_owner and caller.may()


# Applications


def hat_application(hat: Hat, application: Application) -> dict[str, object]:
    """Describe an application and how far it is set up on this HAT."""
    if application.id not in hat.setups:
        flags = {"setup": False, "enabled": False, "active": False}
        return {"application": application.listing, **flags}
    is_enabled = hat.is_enabled(application.id)
    return {
        "application": application.listing,
        "setup": True,
        "enabled": is_enabled,
        "active": is_enabled,
        "needsUpdating": hat.needs_updating(application),
    }


def list_applications(call: Call[None]) -> web.Response:
    found = list(call.world.applications.values())
    if call.who.is_application:
        managed = call.who.application.roles if call.who.application else frozenset()
        found = [one for one in found if Role("applicationmanage", one.id) in managed]
    return answers.json_answer([hat_application(call.hat, one) for one in found])


def get_application(call: Call[None]) -> web.Response:
    return answers.json_answer(hat_application(call.hat, _application(call, missing=404)))


def _application(call: Call[None], *, missing: int) -> Application:
    application_id = call.params["name"]
    found = call.world.applications.get(application_id)
    if found is None:
        cause = (
            f"Application {application_id} does not appear to be a valid application "
            "registered with the DEX"
        )
        raise answers.refusal(missing, "Application not Found", cause)
    return found


def set_up_application(call: Call[None]) -> web.Response:
    application = _application(call, missing=400)
    try:
        call.hat.set_up(application, at=call.at)
    except DebitMalformed as clash:
        bundle = (application.data_wanted or {}).get("name")
        cause = f"Application {application.id} bundle {bundle} clashes with one already setup"
        raise answers.refusal(500, "Application malformed", cause) from clash
    return answers.json_answer(hat_application(call.hat, application))


def disable_application(call: Call[None]) -> web.Response:
    application = _application(call, missing=400)
    call.hat.disable_application(application, at=call.at)
    return answers.json_answer(hat_application(call.hat, application))


def application_token(call: Call[None]) -> web.Response:
    application = _application(call, missing=404)
    token = call.hat.application_token(application, at=call.at)
    return answers.json_answer({"accessToken": token, "userId": call.hat.owner.user_id})


def application_for_login(call: Call[None]) -> web.Response:
    """Describe an application to somebody who has not logged in yet."""
    if call.caller is not None:
        raise answers.forbidden(call.incoming.accept)
    wanted = call.incoming.query.get("applicationId") or call.params.get("name")
    listings = [one.listing for one in call.world.applications.values()]
    if wanted:
        listings = [listing for listing in listings if listing["id"] == wanted]
    return answers.json_answer(listings)


def _managed(params: Params) -> Role:
    return Role("applicationmanage", params["name"])


def _may_take_token(caller: Caller, params: Params) -> bool:
    role = Role("retrieveapplicationtoken", params["name"])
    if not caller.is_application:
        return _owner_in_person(caller, params)
    return caller.may(role) and role in (caller.application.roles if caller.application else ())


_APPLICATIONS = f"{ANY_VERSION}/applications"
_APPLICATION = f"{_APPLICATIONS}/{NAME}"

ROUTES: tuple[Route[None] | Route[tuple[str, str]], ...] = (
    route("publickey", "GET", "/publickey", public_key, parse=nothing, allows=None),
    route("access_token", "GET", "/users/access_token", access_token, parse=nothing, allows=None),
    route("validate", "GET", "/users/access_token/validate", validate, parse=nothing,
          allows=any_token),
    route("service_token", "GET", "/users/application_token", service_token,
          parse=_name_and_resource, allows=_owner_in_person),
    route("legacy_login", "GET", "/control/v2/auth/hatlogin", legacy_login,
          parse=_name_and_redirect, allows=_owner_in_person),
    route("applications", "GET", _APPLICATIONS, list_applications, parse=nothing,
          allows=needs(Role("applicationlist"))),
    route("hmi", "GET", f"{VERSION_26}/applications/hmi", application_for_login, parse=nothing,
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
)  # fmt: skip
