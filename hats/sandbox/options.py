"""How one sandbox is set up. Everything that differs between two runs is here."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

DEFAULT_PORT = 9100
DEFAULT_FOLDER = Path("var/sandbox-hat")
DEFAULT_PLATFORM_USERNAME = "platform"
# Documented on purpose: it opens nothing but invented data on loopback.
DEFAULT_PLATFORM_PASSWORD = "sandbox-platform"  # noqa: S105 - see above
DEFAULT_MARKET_URL = "http://localhost:8000"
DEFAULT_SEED = "2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one run is made of.

    :param today: generated data ends on the day before; ``None`` for the day it is.
    :param is_strict: refuse what a real HAT refuses, even where clients rely on the opposite.
    """

    data: Path
    today: date | None = None
    hats: int = 1000
    port: int = DEFAULT_PORT
    seed: str = DEFAULT_SEED
    platform_username: str = DEFAULT_PLATFORM_USERNAME
    platform_password: str = DEFAULT_PLATFORM_PASSWORD
    market_url: str = DEFAULT_MARKET_URL
    applications: Path | None = None
    renews_tokens: bool = True
    limits_logins: bool = True
    is_strict: bool = False
