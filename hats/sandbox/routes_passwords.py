"""Routes of the owner's password: changed with the old one, or reset with a token."""

import secrets
from datetime import datetime, timedelta

from aiohttp import web

from hats.sandbox import answers
from hats.sandbox.hat import Hat
from hats.sandbox.requests import PasswordChange, read_email, read_password_change
from hats.sandbox.routing import Call, Incoming, Route, owner_in_person, route

RESET = "password reset"  # The kind of document that tells when a reset was asked for.
_RESET_LASTS = timedelta(hours=24)


def _change(incoming: Incoming) -> PasswordChange:
    return read_password_change(incoming.body)


def change(call: Call[PasswordChange]) -> web.Response:
    old = call.parsed.old
    if old is None:
        raise answers.refusal(403, "Invalid password", "Old password missing")
    if call.hat.log_in(username=call.who.account.username, password=old) is None:
        raise answers.refusal(403, "Invalid password", "Old password invalid")
    call.hat.change_password(call.parsed.new)
    return answers.json_answer({"message": "Password changed"})


def _email(incoming: Incoming) -> str:
    return read_email(incoming.body)


def ask_for_reset(call: Call[str]) -> web.Response:
    """Answer the same whether the address is the owner's or not.

    A sandbox sends no mail; its control address tells the tokens.
    """
    if call.parsed == call.hat.person.email:
        call.hat.store.save_document(RESET, secrets.token_hex(16), call.at)
    message = "If this is the owner's address, a mail with a link is on its way"
    return answers.json_answer({"message": message})


def resets_open(hat: Hat) -> list[str]:
    """List the tokens that were not used yet, newest last."""
    return list(hat.store.documents(RESET))


def reset(call: Call[PasswordChange]) -> web.Response:
    token = call.params["token"]
    asked_at = call.hat.store.documents(RESET).get(token)
    if asked_at is None:
        raise answers.refusal(401, "Invalid Token", "Token does not exist")
    call.hat.store.forget_document(RESET, token)
    if call.at - datetime.fromisoformat(str(asked_at)) > _RESET_LASTS:
        raise answers.refusal(401, "Invalid Token", "Token expired or invalid")
    call.hat.change_password(call.parsed.new)
    return answers.json_answer({"message": "Password reset"})


_AUTH = "/control/v2/auth"

ROUTES: tuple[Route[PasswordChange] | Route[str], ...] = (
    route("password", "POST", f"{_AUTH}/password", change, parse=_change,
          allows=owner_in_person, takes_body=True),
    route("password_reset", "POST", f"{_AUTH}/password[rR]eset", ask_for_reset, parse=_email,
          allows=None, takes_body=True),
    route("password_confirm", "POST", f"{_AUTH}/password[rR]eset/confirm/(?P<token>[^/]+)",
          reset, parse=_change, allows=None, takes_body=True),
)  # fmt: skip
