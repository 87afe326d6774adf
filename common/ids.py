"""Public references: short, sayable, never a primary key."""

import secrets

# No 0/O, 1/I/L, U/V: a reference is read out on the telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def new_reference(prefix: str, *, length: int = 7) -> str:
    """Such as ``OR-7F3K9QT``; about 34 bits, unique by the column's own constraint."""
    return f"{prefix}-" + "".join(secrets.choice(_ALPHABET) for _ in range(length))
