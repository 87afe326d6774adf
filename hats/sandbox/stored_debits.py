"""A data debit as a document of its HAT's store. Pure."""

from datetime import datetime, timedelta

from hats.bundles import bundle_to_json, parse_bundle
from hats.sandbox.debits import Client, Debit, Permission


def debit_state(debit: Debit) -> dict[str, object]:
    client = debit.client
    return {
        "created_at": debit.created_at,
        "proposed_by": debit.proposed_by,
        "client": [
            client.name,
            client.url,
            client.logo_url,
            client.application_id,
            client.description,
        ],
        "permissions": [_permission_state(permission) for permission in debit.permissions],
    }


def _permission_state(permission: Permission) -> dict[str, object]:
    conditions = permission.conditions
    return {
        "created_at": permission.created_at,
        "purpose": permission.purpose,
        "start": permission.start,
        "period": int(permission.period.total_seconds()),
        "cancel_at_period_end": permission.cancel_at_period_end,
        "terms_url": permission.terms_url,
        "bundle": bundle_to_json(permission.bundle),
        "conditions": None if conditions is None else bundle_to_json(conditions),
        "accepted": permission.accepted,
        "canceled_at": permission.canceled_at,
    }


def debit_from_state(id_: str, state: object) -> Debit:
    assert isinstance(state, dict)
    client, permissions = state["client"], state["permissions"]
    assert isinstance(client, list)
    assert isinstance(permissions, list)
    name, url, logo_url, application_id, description = client
    return Debit(
        id=id_,
        created_at=datetime.fromisoformat(str(state["created_at"])),
        client=Client(
            name=name,
            url=url,
            logo_url=logo_url,
            application_id=application_id,
            description=description,
        ),
        proposed_by=str(state["proposed_by"]),
        permissions=[_permission(permission) for permission in permissions],
    )


def _permission(state: dict[str, str]) -> Permission:
    canceled_at = state["canceled_at"]
    return Permission(
        created_at=datetime.fromisoformat(state["created_at"]),
        purpose=state["purpose"],
        start=datetime.fromisoformat(state["start"]),
        period=timedelta(seconds=int(state["period"])),
        cancel_at_period_end=bool(state["cancel_at_period_end"]),
        terms_url=state["terms_url"],
        bundle=parse_bundle(state["bundle"]),
        conditions=parse_bundle(state["conditions"]) if state["conditions"] else None,
        accepted=bool(state["accepted"]),
        canceled_at=datetime.fromisoformat(canceled_at) if canceled_at else None,
    )
