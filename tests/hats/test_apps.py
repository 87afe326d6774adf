"""A wrong configuration is told at start, and a test's configuration never reaches production."""

import pytest

from hats.apps import clusters_are_public, clusters_are_readable, clusters_let_us_in

PUBLIC = {"name": "Hub", "suffix": "hubat.net", "application_id": "hat-market"}


def test_a_readable_public_configuration_passes(settings):
    settings.HAT_CLUSTERS = [PUBLIC]

    assert clusters_are_readable() == []
    assert clusters_are_public() == []


def test_an_unreadable_configuration_is_an_error(settings):
    settings.HAT_CLUSTERS = [{"suffix": "hubat.net"}]

    (error,) = clusters_are_readable()

    assert error.id == "hats.E001"
    assert "incomplete" in error.msg


def test_a_fixed_address_is_no_production_setting(settings):
    settings.HAT_CLUSTERS = [{**PUBLIC, "connect_to": "127.0.0.1:9100"}]

    (error,) = clusters_are_public()

    assert error.id == "hats.E002"


@pytest.mark.parametrize(
    ("accounts", "ids"),
    [
        ({}, ["hats.E003"]),
        ({"platform_username": "p"}, ["hats.E003"]),
        ({"platform_username": "p", "platform_password": "x"}, []),
        ({"access": "account", "platform_username": "p", "platform_password": "x"}, []),
        ({"access": "account", "account_username": "a", "account_password": "x"}, []),
    ],
)
def test_a_cluster_in_production_names_an_account_with_its_password(settings, accounts, ids):
    settings.HAT_CLUSTERS = [{**PUBLIC, **accounts}]

    assert [error.id for error in clusters_let_us_in()] == ids
