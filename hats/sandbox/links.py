"""Addresses that browsers are led to, as the owner pages of HATs build them."""


def with_token(redirect: str, token: str) -> str:
    """Append the token; a fragment would swallow it, so ``#`` is escaped."""
    joint = "&" if "?" in redirect else "?"
    return f"{redirect.replace('#', '%23')}{joint}token={token}"


def with_error(redirect: str, *, error: str, reason: str) -> str:
    """Append what went wrong, with the literal ``%26`` that HATs write."""
    return f"{redirect}?error={error}%26error_reason={reason}"
