"""What travels between a client and a HAT, as types; pure. ``hats.answers`` reads them."""

from hats.protocol.accounts import Account
from hats.protocol.applications import (
    Application,
    ApplicationState,
    ForApplication,
    FromApplication,
    HatApplication,
    Role,
)
from hats.protocol.debits import DebitRequest, DebitState, Permission
from hats.protocol.old_debits import OldDebit, OldPermission, old_request
from hats.protocol.system import Api, StatusItem
from hats.protocol.values import NewRecord, Outcome, Page, Quarantined, Record, Values

__all__ = [
    "Account",
    "Api",
    "Application",
    "ApplicationState",
    "DebitRequest",
    "DebitState",
    "ForApplication",
    "FromApplication",
    "HatApplication",
    "NewRecord",
    "OldDebit",
    "OldPermission",
    "Outcome",
    "Page",
    "Permission",
    "Quarantined",
    "Record",
    "Role",
    "StatusItem",
    "Values",
    "old_request",
]
