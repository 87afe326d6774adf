"""A wrong configuration is told at start, and a test's configuration never reaches production."""

from hats.apps import clusters_are_public, clusters_are_readable

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
