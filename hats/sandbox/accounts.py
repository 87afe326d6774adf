"""Accounts that were made after a HAT was born, as its store keeps them."""

from typing import Any, cast

from hats.sandbox.access import Account
from hats.sandbox.roles import Role
from hats.sandbox.store import HatStore

_KIND = "account"


def accounts_made(store: HatStore) -> list[Account]:
    """Read them all."""
    return [_account(cast("dict[str, Any]", body)) for body in store.documents(_KIND).values()]


def save_account(store: HatStore, account: Account) -> None:
    """Keep one as it is now; rights to read debits follow from the debits themselves."""
    body = {
        "user_id": account.user_id,
        "username": account.username,
        "password_hash": account.password_hash,
        "name": account.name,
        "is_enabled": account.is_enabled,
        "roles": [list(role) for role in sorted(account.roles)],
    }
    store.save_document(_KIND, account.user_id, body)


def forget_account(store: HatStore, account: Account) -> None:
    store.forget_document(_KIND, account.user_id)


def _account(body: dict[str, Any]) -> Account:
    roles = {Role(title, detail) for title, detail in body.pop("roles")}
    return Account(**body, password="", roles=roles)
