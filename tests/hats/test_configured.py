"""The HAT client as this installation's settings have it."""

import pytest

from hats.configured import clusters, configured_bounds, converse, hat_at, hat_client, trusted
from hats.errors import HatNotTrusted, HatUnreachable, Unreachable
from hats.guard import Bounds
from tests.hats.scripted import after, answer

HUB = {"name": "Hub", "suffix": "hubat.net", "application_id": "hat-market"}


def test_the_operators_deadlines_are_the_bounds(settings):
    settings.HAT_TOTAL_TIMEOUT_SECONDS = 7
    settings.HAT_CONNECT_TIMEOUT_SECONDS = 3

    assert configured_bounds() == Bounds(total=7.0, connect=3.0)


def test_clusters_keep_the_operators_order(settings):
    settings.HAT_CLUSTERS = [{**HUB, "suffix": "zz.net"}, HUB]

    assert [cluster.suffix for cluster in clusters()] == ["zz.net", "hubat.net"]


def test_a_cluster_taken_out_is_trusted_no_more(settings):
    settings.HAT_CLUSTERS = [HUB]
    assert hat_at("alice.hubat.net").cluster.name == "Hub"

    settings.HAT_CLUSTERS = []

    with pytest.raises(HatNotTrusted):
        hat_at("alice.hubat.net")


def test_the_same_settings_are_read_once(settings):
    settings.HAT_CLUSTERS = [HUB]

    assert trusted() is trusted()


def test_a_person_who_waits_is_kept_no_longer_than_told(scripted, hat):
    scripted.on("/publickey", after(3, answer()))

    with pytest.raises(HatUnreachable) as trouble:
        converse(lambda hats: hats.public_key(hat), bounds=Bounds(total=0.3))

    assert trouble.value.reason is Unreachable.TIMEOUT


def test_a_client_is_opened_and_closed_for_one_batch(scripted, hat):
    scripted.on("/publickey", answer(b"key", content_type="text/plain"))

    async def batch(hats):
        return [await hats.public_key(hat) for _ in range(2)]

    assert converse(batch) == ["key", "key"]
    assert scripted.connections == 1
    assert hat_client() is not hat_client()
