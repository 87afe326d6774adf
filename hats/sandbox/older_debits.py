"""Data debits of version 2: several bundles under one id, one of them enabled at a time.

They live beside those of version 2.6 and neither shows up in the other's routes; only the names
of bundles are shared.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from hats.bundles import Bundle, bundle_to_json, parse_bundle
from hats.sandbox.access import Account
from hats.sandbox.debits import DebitMalformed, local
from hats.sandbox.store import HatStore

_KIND = "debit of version 2"


@dataclass(slots=True, kw_only=True)
class Share:
    """One bundle of a debit, and when it may be read."""

    created_at: datetime
    start: datetime
    end: datetime
    rolls: bool
    bundle: Bundle
    conditions: Bundle | None = None
    is_enabled: bool = False

    def is_active(self, at: datetime) -> bool:
        return self.is_enabled and self.start < at and (self.end > at or self.rolls)

    @property
    def names(self) -> list[str]:
        return [bundle.name for bundle in (self.bundle, self.conditions) if bundle is not None]


@dataclass(slots=True, kw_only=True)
class OlderDebit:
    """:param shares: newest first; none is ever removed."""

    id: str
    created_at: datetime
    user_id: str
    proposed_by: str
    shares: list[Share] = field(default_factory=list)

    def active(self, at: datetime) -> Share | None:
        return next((share for share in self.shares if share.is_active(at)), None)

    def bundle_named(self, name: str) -> Bundle | None:
        bundles = (bundle for share in self.shares for bundle in (share.bundle, share.conditions))
        return next((one for one in bundles if one is not None and one.name == name), None)


class OlderDebits:
    """Those of one HAT."""

    def __init__(self, store: HatStore) -> None:
        self._store = store
        self._debits = {id_: _debit_from(id_, body) for id_, body in store.documents(_KIND).items()}

    def get(self, debit_id: str) -> OlderDebit | None:
        return self._debits.get(debit_id)

    def values(self) -> Iterator[OlderDebit]:
        return iter(self._debits.values())

    def propose(self, debit_id: str, share: Share, *, by: Account) -> OlderDebit:
        """Keep a new debit.

        :raises DebitMalformed: there is one of this id.
        """
        if debit_id in self._debits:
            raise DebitMalformed("Data Debit with such ID already exists")
        debit = self._debits[debit_id] = OlderDebit(
            id=debit_id, created_at=share.created_at, user_id=by.user_id, proposed_by=by.username
        )
        return self._added(debit, share)

    def update(self, debit_id: str, share: Share, *, by: Account) -> OlderDebit:
        """Add a bundle to a debit of one's own; it starts now and without conditions.

        :raises DebitMalformed: the debit is unknown or somebody else's; HATs say no more.
        """
        debit = self._debits.get(debit_id)
        if debit is None or debit.user_id != by.user_id:
            raise DebitMalformed("empty.head")
        share.start, share.conditions = share.created_at, None
        return self._added(debit, share)

    def _added(self, debit: OlderDebit, share: Share) -> OlderDebit:
        debit.shares.insert(0, share)
        self._save(debit)
        return debit

    def enable(self, debit: OlderDebit, *, name: str | None = None) -> None:
        """Enable the bundle named, or the newest, and no other; an unknown name enables none."""
        wanted = debit.shares[0].bundle.name if name is None else name
        for share in debit.shares:
            share.is_enabled = share.bundle.name == wanted
        self._save(debit)

    def disable(self, debit: OlderDebit) -> None:
        for share in debit.shares:
            share.is_enabled = False
        self._save(debit)

    def redefine(self, bundle: Bundle) -> bool:
        """Put another definition under a name in use; whether any debit uses it."""
        users = [debit for debit in self._debits.values() if debit.bundle_named(bundle.name)]
        for debit in users:
            for share in debit.shares:
                share.bundle = bundle if share.bundle.name == bundle.name else share.bundle
                if share.conditions is not None and share.conditions.name == bundle.name:
                    share.conditions = bundle
            self._save(debit)
        return bool(users)

    def _save(self, debit: OlderDebit) -> None:
        self._store.save_document(_KIND, debit.id, _state(debit))


def older_debit_json(debit: OlderDebit) -> dict[str, object]:
    """Write the debit as HATs do, without the hash of the client's password that they give away."""
    client = {
        "userId": debit.user_id,
        "email": debit.proposed_by,
        "name": debit.proposed_by,
        "role": "validate",
        "roles": [],
    }
    return {
        "dataDebitKey": debit.id,
        "dateCreated": local(debit.created_at),
        "client": client,
        "bundles": [_share_json(share) for share in debit.shares],
    }


def _share_json(share: Share) -> dict[str, object]:
    conditions = share.conditions
    return {
        "dateCreated": local(share.created_at),
        "startDate": local(share.start),
        "endDate": local(share.end),
        "rolling": share.rolls,
        "enabled": share.is_enabled,
        **({"conditions": bundle_to_json(conditions)} if conditions is not None else {}),
        "bundle": bundle_to_json(share.bundle),
    }


def _state(debit: OlderDebit) -> dict[str, object]:
    """Write it for the store; unlike on the wire, times keep their fractions."""
    return {
        "created_at": debit.created_at.isoformat(),
        "user_id": debit.user_id,
        "proposed_by": debit.proposed_by,
        "shares": [
            {
                **_share_json(share),
                "dateCreated": share.created_at.isoformat(),
                "startDate": share.start.isoformat(),
                "endDate": share.end.isoformat(),
            }
            for share in debit.shares
        ],
    }


def _debit_from(id_: str, state: object) -> OlderDebit:
    assert isinstance(state, dict)
    return OlderDebit(
        id=id_,
        created_at=datetime.fromisoformat(state["created_at"]),
        user_id=state["user_id"],
        proposed_by=state["proposed_by"],
        shares=[_share_from(share) for share in state["shares"]],
    )


def _share_from(state: dict[str, str]) -> Share:
    conditions = state.get("conditions")
    return Share(
        created_at=datetime.fromisoformat(state["dateCreated"]),
        start=datetime.fromisoformat(state["startDate"]),
        end=datetime.fromisoformat(state["endDate"]),
        rolls=bool(state["rolling"]),
        bundle=parse_bundle(state["bundle"]),
        conditions=parse_bundle(conditions) if conditions else None,
        is_enabled=bool(state["enabled"]),
    )
