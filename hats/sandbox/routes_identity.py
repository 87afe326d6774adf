"""Routes of identity: the HAT's key, log-in, tokens for services."""

from datetime import datetime, timedelta
from urllib.parse import unquote_plus

from aiohttp import web

from hats.sandbox import answers
from hats.sandbox.hat import Hat
from hats.sandbox.links import with_token
from hats.sandbox.routing import (
    Call,
    Incoming,
    Route,
    any_token,
    nothing,
    owner_in_person,
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
    call.hat.logins[account.username].append(call.at)
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


ROUTES: tuple[Route[None] | Route[tuple[str, str]], ...] = (
    route("publickey", "GET", "/publickey", public_key, parse=nothing, allows=None),
    route("access_token", "GET", "/users/access_token", access_token, parse=nothing, allows=None),
    route("validate", "GET", "/users/access_token/validate", validate, parse=nothing,
          allows=any_token),
    route("service_token", "GET", "/users/application_token", service_token,
          parse=_name_and_resource, allows=owner_in_person),
    route("legacy_login", "GET", "/control/v2/auth/hatlogin", legacy_login,
          parse=_name_and_redirect, allows=owner_in_person),
)  # fmt: skip
