"""The names of rights on a HAT."""

from typing import NamedTuple


class Role(NamedTuple):
    """One right; ``detail`` names what it is limited to."""

    title: str
    detail: str = ""


OWNER = Role("owner")
PLATFORM = Role("platform")
# Every account without debits of the old kind may propose: HATs grant it by a side effect.
MAY_PROPOSE = Role("datadebit")


def debit_reader(debit_id: str) -> Role:
    """Name the right to read one debit, which its proposer gains."""
    return Role("datadebit", debit_id)
