"""What ``check --deploy`` says about settings that must not reach production."""

import pytest
from django.core import checks as django_checks

from marketplace import checks

KEY = "Y2hlY2stc2VhbGluZy1rZXktMDEyMzQ1Njc4OWFiY2Q="
CLUSTER = {"name": "Example", "suffix": "hats.example", "application_id": "hat-market"}


@pytest.fixture
def production(settings):
    """Settings as a careful operator leaves them."""
    settings.DEMO = False
    settings.HAT_CLUSTERS = [CLUSTER]
    settings.PAYMENT_GATEWAY, settings.STRIPE_SECRET_KEY = "stripe", "sk_live_1"
    settings.CELERY_BROKER_URL = "rediss://:secret@broker.example:6379/0"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.SEALING_KEYS = [KEY, KEY]
    return settings


def found() -> list[str]:
    return [message.id for message in checks.check_all(is_demo=False)]


def test_careful_settings_are_clean(production):
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HAT_CLUSTERS", [CLUSTER | {"scheme": "http"}], "hatmarket.E001"),
        ("PAYMENT_GATEWAY", "till", "hatmarket.E002"),
        ("STRIPE_SECRET_KEY", "sk_test_1", "hatmarket.E003"),
        ("CELERY_BROKER_URL", "redis://broker.example:6379/0", "hatmarket.E004"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "hatmarket.E005"),
        ("SEALING_KEYS", [KEY, "c2hvcnQ="], "hatmarket.E006"),
        ("SEALING_KEYS", ["not base64!"], "hatmarket.E006"),
        ("CELERY_TASK_IGNORE_RESULT", False, "hatmarket.E007"),
        ("CELERY_ACCEPT_CONTENT", ["json", "pickle"], "hatmarket.E007"),
        (
            "CONTENT_SECURITY_POLICY",
            {"DIRECTIVES": {"script-src": ["'self'", "'unsafe-inline'"]}},
            "hatmarket.E008",
        ),
    ],
)
def test_each_careless_setting_is_named(production, name, value, said):
    setattr(production, name, value)

    assert found() == [said]


def test_a_broker_behind_a_unix_socket_needs_no_password(production):
    production.CELERY_BROKER_URL = "redis+socket:///run/broker.sock?virtual_host=0"

    assert found() == []


def test_the_demo_may_do_what_production_may_not(production):
    production.PAYMENT_GATEWAY, production.HAT_CLUSTERS = "till", [CLUSTER | {"scheme": "http"}]

    assert checks.check_all(is_demo=True) == []


def test_the_deploy_check_asks_for_all_of_it(production):
    production.PAYMENT_GATEWAY = "till"

    messages = django_checks.run_checks(
        tags=[django_checks.Tags.security], include_deployment_checks=True
    )

    assert "hatmarket.E002" in {message.id for message in messages}
