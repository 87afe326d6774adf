"""Reading accounts on a HAT; the hashes of passwords that real HATs let out are not kept."""

from collections.abc import Mapping

from hats.answers.shapes import as_list, as_object, as_optional_text, as_text, read_list, shaped
from hats.errors import Broken, HatBroken
from hats.protocol import Account, Role
from hats.strictjson import strict_json


def read_accounts(body: bytes) -> list[Account]:
    """Return the accounts of a HAT with their roles.

    :raises HatBroken: the body is not a list of accounts.
    """
    return read_list(body, "accounts", _account)


def read_account(body: bytes, *, meant: Account) -> None:
    """Check that the account made or changed is the one meant.

    :raises HatBroken: it is another.
    """
    answer = as_object(strict_json(body))
    with shaped("account"):
        made = as_text(answer["userId"]).lower(), as_text(answer["email"])
    if made != (meant.user_id.lower(), meant.username):
        raise HatBroken(Broken.WRONG_SHAPE, detail="account")


def _account(answer: Mapping[str, object]) -> Account:
    return Account(
        user_id=as_text(answer["userId"]).lower(),
        username=as_text(answer["email"]),
        name=as_text(answer["name"]),
        roles=tuple(map(read_role, as_list(answer["roles"]))),
    )


def read_role(answer: object) -> Role:
    """Return a role, ``{"role": …, "detail": …}``; most have no detail.

    :raises HatBroken: it is none.
    """
    role = as_object(answer)
    with shaped("role"):
        return Role(as_text(role["role"]), as_optional_text(role.get("detail")))
