"""Reading data debits, of API 2.6 and of API 2."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from hats.answers.shapes import (
    as_flag,
    as_list,
    as_moment,
    as_number,
    as_object,
    as_optional_moment,
    as_optional_text,
    as_text,
    read_list,
    shaped,
)
from hats.constants import MAX_PERMISSIONS
from hats.errors import BadJson
from hats.protocol import DebitState, OldDebit, OldPermission, Permission
from hats.strictjson import strict_json

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def read_debit(body: bytes) -> DebitState:
    """Return a debit's state (hat-protocol §4.3).

    :raises HatBroken: the body is not a debit.
    """
    answer = as_object(strict_json(body))
    with shaped("debit"):
        return _debit(answer)


def read_debits(body: bytes) -> list[DebitState]:
    """Return the debits of ``GET data-debit``; the HAT's order means nothing.

    :raises HatBroken: the body is not a list of debits.
    """
    return read_list(body, "debits", _debit)


def _debit(answer: Mapping[str, object]) -> DebitState:
    latest, running = answer.get("permissionsLatest"), answer.get("permissionsActive")
    history = map(_permission, _versions(answer.get("permissions", [])))
    return DebitState(
        debit_id=as_text(answer["dataDebitKey"]),
        client_name=as_text(answer["requestClientName"]),
        client_url=as_text(answer["requestClientUrl"]),
        client_logo_url=as_optional_text(answer.get("requestClientLogoUrl")),
        application_id=as_optional_text(answer.get("requestApplicationId")),
        description=as_optional_text(answer.get("requestDescription")),
        created_at=as_optional_moment(answer.get("dateCreated")),
        active=as_flag(answer["active"]),
        accepted=as_flag(answer["accepted"]),
        start=as_optional_moment(answer.get("start")),
        end=as_optional_moment(answer.get("end")),
        latest=None if latest is None else _permission(as_object(latest)),
        running=None if running is None else _permission(as_object(running)),
        permissions=tuple(sorted(history, key=_age, reverse=True)),
    )


def _versions(value: object) -> Iterator[dict[str, object]]:
    """Return the versions of a debit, each still to be read.

    :raises BadJson: more than any owner was ever asked to look at.
    """
    versions = as_list(value)
    if len(versions) > MAX_PERMISSIONS:
        raise BadJson("too_many_permissions")
    return map(as_object, versions)


def _age(permission: Permission) -> datetime:
    return permission.created_at or _LONG_AGO


def _permission(answer: Mapping[str, object]) -> Permission:
    return Permission(
        purpose=as_text(answer["purpose"]),
        start=as_moment(answer["start"]),
        period=timedelta(milliseconds=as_number(answer["period"])),
        cancel_at_period_end=as_flag(answer["cancelAtPeriodEnd"]),
        terms_url=as_text(answer["termsUrl"]),
        bundle=as_object(answer["bundle"]),
        conditions=_conditions(answer),
        accepted=as_flag(answer["accepted"]),
        active=as_flag(answer["active"]),
        end=as_optional_moment(answer.get("end")),
        created_at=as_optional_moment(answer.get("dateCreated")),
        canceled_at=as_optional_moment(answer.get("canceledAt")),
    )


def _conditions(answer: Mapping[str, object]) -> Mapping[str, object] | None:
    conditions = answer.get("conditions")
    return None if conditions is None else as_object(conditions)


def read_old_debit(body: bytes) -> OldDebit:
    """Return a debit of API 2; what a real HAT tells of its client's password is not kept.

    :raises HatBroken: the body is not such a debit.
    """
    answer = as_object(strict_json(body))
    with shaped("debit"):
        return _old_debit(answer)


def read_old_debits(body: bytes) -> list[OldDebit]:
    """Return the debits of API 2.

    :raises HatBroken: the body is not a list of such debits.
    """
    return read_list(body, "debits", _old_debit)


def _old_debit(answer: Mapping[str, object]) -> OldDebit:
    permissions = map(_old_permission, _versions(answer["bundles"]))
    return OldDebit(
        debit_id=as_text(answer["dataDebitKey"]),
        client_name=as_text(as_object(answer["client"])["name"]),
        created_at=as_moment(answer["dateCreated"]),
        permissions=tuple(sorted(permissions, key=lambda one: one.created_at, reverse=True)),
    )


def _old_permission(answer: Mapping[str, object]) -> OldPermission:
    return OldPermission(
        created_at=as_moment(answer["dateCreated"]),
        start=as_moment(answer["startDate"]),
        end=as_moment(answer["endDate"]),
        rolling=as_flag(answer["rolling"]),
        enabled=as_flag(answer["enabled"]),
        bundle=as_object(answer["bundle"]),
        conditions=_conditions(answer),
    )
