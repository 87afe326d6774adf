"""Production starts with secrets or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.run.__main__ import DEPLOY_CHECK

ROOT = Path(__file__).parents[2]


TIME_LIMITS = """
import manage
manage.name_process(["manage.py", "{command}"])
from marketplace import settings
print(settings.DATABASES["default"]["OPTIONS"]["options"])
"""


def _start(
    code: str = "import marketplace.settings", **changed: str
) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of its own with production's variables."""
    clean = {name: value for name, value in os.environ.items() if name not in changed}
    return subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code],
        env={**clean, **DEPLOY_CHECK, "PROCESS": "check", **changed},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_all_its_secrets():
    assert _start().returncode == 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set to a random secret"),
        ({"SEALING_KEYS": ""}, "SEALING_KEYS must hold at least one"),
        ({"SITE_URL": "http://market.example"}, "SITE_URL must begin with https://"),
        ({"PAYMENT_GATEWAY": "till"}, "The sandbox till takes no real money"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "Stripe needs STRIPE_SECRET_KEY"),
        ({"HAT_CLUSTERS": "nonsense"}, "HAT_CLUSTERS is not JSON"),
    ],
)
def test_production_refuses_to_start_without(changed, sentence):
    refused = _start(**changed)

    assert refused.returncode == 1
    assert sentence in refused.stderr


@pytest.mark.parametrize(("command", "limit"), [("migrate", "0"), ("verify", "60000")])
def test_migrations_alone_have_all_the_time_they_need(command, limit):
    told = _start(TIME_LIMITS.format(command=command)).stdout

    assert f"statement_timeout={limit} " in told
    assert "lock_timeout=4000" in told
