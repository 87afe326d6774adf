"""Reading what a HAT answered; pure.

Facts are those of ``docs/hat-protocol.md``. Unknown fields are tolerated, missing or misshapen
ones are not: a reader either returns what it promises or raises ``HatBroken``.
"""

from hats.answers.accounts import read_account, read_accounts
from hats.answers.applications import read_application, read_applications, read_listings
from hats.answers.debits import read_debit, read_debits, read_old_debit, read_old_debits
from hats.answers.problems import Family, Problem, problem, read_problem
from hats.answers.shapes import as_moment as moment
from hats.answers.system import (
    is_token,
    read_access_token,
    read_acknowledgement,
    read_health,
    read_login_address,
    read_sources,
    read_status,
    read_version,
)
from hats.answers.values import (
    read_bundle,
    read_page,
    read_record,
    read_records,
    read_structure,
    read_values,
)

__all__ = [
    "Family",
    "Problem",
    "is_token",
    "moment",
    "problem",
    "read_access_token",
    "read_account",
    "read_accounts",
    "read_acknowledgement",
    "read_application",
    "read_applications",
    "read_bundle",
    "read_debit",
    "read_debits",
    "read_health",
    "read_listings",
    "read_login_address",
    "read_old_debit",
    "read_old_debits",
    "read_page",
    "read_problem",
    "read_record",
    "read_records",
    "read_sources",
    "read_status",
    "read_structure",
    "read_values",
    "read_version",
]
