"""How Python shares a process between threads."""

import sys

# A reading keeps one thread for the HATs and one for the database. With Python's own 5 ms each
# waits for the other far longer than it works; this was worth a seventh of all readings.
_TURN_SECONDS = 0.0005


def take_short_turns() -> None:
    """Let threads of this process hand over every half millisecond."""
    sys.setswitchinterval(_TURN_SECONDS)
