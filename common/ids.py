"""Public references: short, sayable, never a primary key."""

import secrets

LENGTH = 7
# Has no factor in common with the alphabet’s 29 signs: numbers are shuffled, none met twice.
_SHUFFLE = 7_046_029_253
# No 0/O, 1/I/L, U/V: a reference is read out on the telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def new_reference(prefix: str, *, length: int = LENGTH) -> str:
    """Such as ``OR-7F3K9QT``; about 34 bits, unique by the column's own constraint."""
    return f"{prefix}-" + "".join(secrets.choice(_ALPHABET) for _ in range(length))


def numbered_reference(prefix: str, number: int) -> str:
    """The reference of a number: the same each time, and no two numbers share one."""
    rest, signs = number * _SHUFFLE, ""
    for _ in range(LENGTH):
        rest, place = divmod(rest, len(_ALPHABET))
        signs = _ALPHABET[place] + signs
    return f"{prefix}-{signs}"
