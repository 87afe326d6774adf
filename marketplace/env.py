"""Settings from the environment, read once, loud on bad values.

A text NAME may also come from a file named by NAME_FILE (container secrets). Where
``var/embedded.env`` exists (written by ``make demo``), its lines fill in what the environment
does not set, so that commands run by hand meet the same database as the demo.
"""

import json
import os
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
EMBEDDED_ENV = BASE_DIR / "var" / "embedded.env"
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def load_file(path: Path) -> None:
    """Fill the environment from ``NAME=value`` lines; what is already set wins."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and not line.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def env_str(name: str, default: str | None = None) -> str:
    """:raises ImproperlyConfigured: NAME is not set and has no default."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name}: .env.example says what it is for.")
    return value


def env_bool(name: str, *, default: bool) -> bool:
    """:raises ImproperlyConfigured: the value is neither yes nor no."""
    value = os.environ.get(name, str(default)).strip().lower()
    if value not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} is “{value}”, but must be 1 or 0.")
    return value in _TRUE


def env_int(name: str, default: int, *, minimum: int = 0) -> int:
    """:raises ImproperlyConfigured: not a whole number, or below the minimum."""
    text = os.environ.get(name, str(default))
    if not text.strip().isdigit() or int(text) < minimum:
        raise ImproperlyConfigured(f"{name} is “{text}”, but must be a whole number ≥ {minimum}.")
    return int(text)


def env_list(name: str, default: str = "") -> list[str]:
    """Comma-separated words."""
    return [word.strip() for word in env_str(name, default).split(",") if word.strip()]


def env_json(name: str, default: str) -> list[dict[str, Any]]:
    """:raises ImproperlyConfigured: the value is not a JSON array of objects."""
    try:
        value = json.loads(env_str(name, default))
    except json.JSONDecodeError as error:
        raise ImproperlyConfigured(f"{name} is not JSON: {error}.") from error
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ImproperlyConfigured(f"{name} must be a JSON array of objects.")
    return cast("list[dict[str, Any]]", value)


def env_secret(name: str, *, minimum_length: int, demo: bool) -> str:
    """A secret; only a demo may do without one of its own.

    :raises ImproperlyConfigured: missing or too short outside the demo.
    """
    value = env_str(name, "demo-" + name.lower() + "-" + "x" * 48 if demo else "")
    if len(value) < minimum_length:
        raise ImproperlyConfigured(
            f"{name} must be set to a random secret of at least {minimum_length} characters."
        )
    return value
