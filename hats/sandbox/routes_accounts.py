"""Routes of accounts: made, changed, switched off and deleted by the owner or the platform.

Passwords arrive hashed with bcrypt and are verified when somebody logs in.
"""

import re
from collections.abc import Callable
from uuid import UUID

from aiohttp import web

from hats.sandbox import answers
from hats.sandbox.access import Account
from hats.sandbox.hat import Hat
from hats.sandbox.requests import ModelInvalid
from hats.sandbox.roles import OWNER, PLATFORM, Role
from hats.sandbox.routing import Call, Incoming, Route, any_token, needs, nothing, route

_USER = r"(?P<name>[0-9a-fA-F-]{36})"
_TITLE = re.compile(r"[a-z]+")


def list_accounts(call: Call[None]) -> web.Response:
    return answers.json_answer([account_json(one) for one in call.hat.accounts.values()])


def account_json(account: Account) -> dict[str, object]:
    """Write an account; the password's hash goes out too, as HATs send it."""
    return {
        "userId": account.user_id,
        "email": account.username,
        **({"pass": account.password_hash} if account.password_hash else {}),
        "name": account.name or account.username,
        "role": account.scope,
        "roles": [role_json(role) for role in sorted(account.roles)],
    }


def role_json(role: Role) -> dict[str, str]:
    return {"role": role.title, **({"detail": role.detail} if role.detail else {})}


def create(call: Call[Account]) -> web.Response:
    account = call.parsed
    if _is_privileged(account):
        cause = "Users with privileged roles may not be created"
        raise answers.refusal(400, "Invalid User", cause)
    if account.username in call.hat.accounts:
        cause = f"User {account.username} already exists"
        raise answers.refusal(400, "Error creating user", cause)
    call.hat.keep_account(account)
    return answers.json_answer(account_json(account), status=201)


def update(call: Call[Account]) -> web.Response:
    """Replace an account as a whole: its roles become those that were sent."""
    sent = call.parsed
    known = _unprivileged(call)
    if sent.user_id != known.user_id:
        raise _unknown(call.params["name"])
    if _is_privileged(sent):
        raise _privileged()
    call.hat.forget_account(known)
    call.hat.keep_account(sent)
    return answers.json_answer(account_json(sent), status=201)


def enable(call: Call[None]) -> web.Response:
    return _switched(call, enabled=True)


def disable(call: Call[None]) -> web.Response:
    """Switch it off, although the answer of real HATs says the opposite."""
    return _switched(call, enabled=False)


def _switched(call: Call[None], *, enabled: bool) -> web.Response:
    account = _unprivileged(call)
    account.is_enabled = enabled
    call.hat.keep_account(account)
    return answers.json_answer({"message": "Enabled"})


def delete(call: Call[None]) -> web.Response:
    call.hat.forget_account(_unprivileged(call))
    return answers.json_answer({"message": "Account deleted"})


def _unprivileged(call: Call[Account] | Call[None]) -> Account:
    account = _account(call.hat, call.params["name"])
    if _is_privileged(account):
        raise _privileged()
    return account


def _account(hat: Hat, user_id: str) -> Account:
    found = next((one for one in hat.accounts.values() if one.user_id == user_id.lower()), None)
    if found is None:
        raise _unknown(user_id)
    return found


def _unknown(user_id: str) -> answers.Refusal:
    return answers.refusal(404, "No such User", f"User {user_id} does not exist")


def _privileged() -> answers.Refusal:
    cause = "Privileged account can not be enabled or disabled"
    return answers.refusal(403, "Forbidden", cause)


def _is_privileged(account: Account) -> bool:
    return not {OWNER, PLATFORM}.isdisjoint(account.roles)


def _sent(incoming: Incoming) -> Account:
    """Read the body.

    :raises ModelInvalid: naming each part that is missing or odd.
    """
    body = incoming.body if isinstance(incoming.body, dict) else {}
    faults = {f"obj.{name}": _fault(body, name) for name in _CHECKS}
    if found := {path: fault for path, fault in faults.items() if fault}:
        raise ModelInvalid(found)
    return Account(
        user_id=str(UUID(body["userId"])),
        username=body["email"],
        password="",
        roles={Role(role["role"], role.get("detail", "")) for role in body["roles"]},
        password_hash=body.get("pass") or "",
        name=body["name"],
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _are_roles(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(role, dict)
        and isinstance(role.get("role"), str)
        and _TITLE.fullmatch(role["role"])
        and isinstance(role.get("detail", ""), str)
        for role in value
    )


_CHECKS: dict[str, Callable[[object], bool]] = {
    "userId": _is_uuid,
    "email": _is_text,
    "name": _is_text,
    "role": _is_text,
    "roles": _are_roles,
}


def _fault(body: dict[str, object], name: str) -> str:
    if name not in body:
        return "error.path.missing"
    return "" if _CHECKS[name](body[name]) else "error.expected.valid"


_ACCOUNT = f"/users/user/{_USER}"

ROUTES: tuple[Route[None] | Route[Account], ...] = (
    route("accounts", "GET", "/users/user", list_accounts, parse=nothing, allows=any_token),
    route("account_create", "POST", "/users/user", create, parse=_sent, allows=needs(PLATFORM),
          takes_body=True),
    route("account_update", "PUT", f"{_ACCOUNT}/update", update, parse=_sent,
          allows=needs(PLATFORM), takes_body=True),
    route("account_enable", "PUT", f"{_ACCOUNT}/enable", enable, parse=nothing,
          allows=needs(PLATFORM)),
    route("account_disable", "PUT", f"{_ACCOUNT}/disable", disable, parse=nothing,
          allows=needs(PLATFORM)),
    route("account_delete", "PUT", f"{_ACCOUNT}/delete", delete, parse=nothing,
          allows=needs(PLATFORM)),
)  # fmt: skip
