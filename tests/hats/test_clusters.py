"""T07, T13: which HATs are trusted, and that their URLs come from configuration alone."""

import pytest

from hats.clusters import Trusted, read_cluster
from hats.configured import cluster_for, clusters, hat_at, hat_typed
from hats.errors import HatAddressInvalid, HatNotTrusted

PUBLIC = {"name": "Hub", "suffix": "hubat.net", "application_id": "hat-market"}
SANDBOX = {
    "name": "Sandbox",
    "suffix": "hat.localhost",
    "scheme": "http",
    "port": 9100,
    "connect_to": "127.0.0.1:9100",
    "application_id": "hat-market",
    "platform_username": "platform",
    "platform_password": "secret-of-platform",
}


@pytest.fixture(autouse=True)
def _clusters(settings):
    settings.HAT_CLUSTERS = [PUBLIC, SANDBOX]


def test_only_what_a_cluster_connects_to_may_be_dialled_beyond_public_addresses():
    trusted = Trusted([read_cluster(PUBLIC), read_cluster(SANDBOX)])

    assert trusted.addresses == {("127.0.0.1", 9100)}


def test_who_trusts_nobody_speaks_to_no_hat():
    with pytest.raises(HatNotTrusted):
        Trusted([]).hat_typed("alice.hubat.net")


def test_a_host_belongs_to_the_cluster_of_its_suffix():
    assert cluster_for("alice.hubat.net").name == "Hub"
    assert cluster_for("alice.hat.localhost").name == "Sandbox"


def test_the_longest_suffix_wins(settings):
    settings.HAT_CLUSTERS = [PUBLIC, {**PUBLIC, "suffix": "eu.hubat.net", "name": "Hub EU"}]

    assert cluster_for("alice.eu.hubat.net").name == "Hub EU"


@pytest.mark.parametrize(
    "look_alike",
    [
        "evilhubat.net",
        "alice.evilhubat.net",
        "hubat.net.evil.com",
        "alice.hubat.net.evil.com",
        "hubat.net",
        "net",
        "alice.hubat.net.",
        "alice.hubat-net.com",
        "",
    ],
)
def test_suffixes_are_compared_on_label_borders(look_alike):
    with pytest.raises(HatNotTrusted) as refusal:
        cluster_for(look_alike)

    assert refusal.value.sentence.startswith("We do not know this HAT provider yet.")


def test_a_hat_is_named_with_its_port_only_where_the_port_is_unusual():
    assert hat_at("alice.hubat.net").identity == "alice.hubat.net"
    assert hat_at("alice.hat.localhost").identity == "alice.hat.localhost:9100"
    assert hat_at("alice.hat.localhost:9100").origin == "http://alice.hat.localhost:9100"


def test_a_stored_identity_of_another_port_is_no_longer_trusted():
    with pytest.raises(HatNotTrusted):
        hat_at("alice.hat.localhost:9200")


@pytest.mark.parametrize(
    "typed", ["alice.hubat.net:22", "https://alice.hubat.net:6379/", "alice.hat.localhost:443"]
)
def test_a_typed_port_other_than_the_clusters_is_refused(typed):
    with pytest.raises(HatAddressInvalid):
        hat_typed(typed)


@pytest.mark.parametrize(
    "typed", ["Alice.hubat.net", "http://alice.hubat.net/", "https://alice.hubat.net:443"]
)
def test_the_scheme_and_port_come_from_the_cluster_alone(typed):
    assert hat_typed(typed).origin == "https://alice.hubat.net"


def test_the_login_page_carries_our_application_and_the_way_back_encoded():
    url = hat_at("alice.hubat.net").login_url(
        redirect="https://market.example/back/?state=a&b", fallback="https://market.example/no"
    )

    assert url == (
        "https://alice.hubat.net/hatlogin?name=hat-market"
        "&redirect=https%3A%2F%2Fmarket.example%2Fback%2F%3Fstate%3Da%26b"
        "&fallback=https%3A%2F%2Fmarket.example%2Fno"
    )


def test_the_pages_of_a_debit_name_it():
    hat = hat_at("alice.hubat.net")

    assert hat.debit_url(debit_id="d-1") == "https://alice.hubat.net/#/data-debit/d-1"
    assert hat.confirm_url(debit_id="d-1", redirect="https://m.example/", fallback="").endswith(
        "/#/data-debit/d-1/quick-confirm?redirect=https%3A%2F%2Fm.example%2F&fallback="
    )


def test_a_cluster_does_not_show_our_password():
    assert "secret-of-platform" not in repr(clusters())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"scheme": "ftp"}, "the scheme of a cluster is https"),
        ({"scheme": "http"}, "plain http is for HATs on loopback"),
        ({"scheme": "http", "connect_to": "10.0.0.1:80"}, "plain http is for HATs on loopback"),
        ({"surprise": 1}, "unknown key"),
        ({"access": "application"}, "an application cannot read what an agreement shares"),
        ({"access": "everything"}, "access of a cluster is platform or account"),
        ({"port": 0}, "the port is a number"),
        ({"port": "443"}, "the port is a number"),
        ({"suffix": ".hubat.net"}, "the suffix is a domain in lower case"),
        ({"suffix": "Hubat.net"}, "the suffix is a domain in lower case"),
        ({"suffix": "net"}, "the suffix is a domain in lower case"),
        ({"platform_password": "x"}, "platform_password stands without platform_username"),
        ({"account_password": "x", "access": "account"}, "without account_username"),
        ({"account_username": "x"}, "account_username is used with access account alone"),
        ({"login_path": "hatlogin?r={redirect}"}, "login_path begins with one slash"),
        ({"login_path": "//evil.example/{redirect}"}, "login_path begins with one slash"),
        ({"login_path": "/hatlogin?name={application}"}, "login_path needs"),
        ({"confirm_path": "/confirm"}, "confirm_path needs"),
        ({"debit_path": "/d/{debit}?r={redirect}"}, "debit_path knows no other places"),
    ],
)
def test_a_wrong_configuration_is_told_to_the_operator(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_cluster({**PUBLIC, **change})


def test_an_incomplete_configuration_is_told_to_the_operator():
    with pytest.raises(ValueError, match="incomplete"):
        read_cluster({"name": "Hub"})


def test_a_suffix_stands_for_one_cluster(settings):
    settings.HAT_CLUSTERS = [PUBLIC, {**PUBLIC, "name": "Another"}]

    with pytest.raises(ValueError, match="the same suffix twice"):
        clusters()


def test_a_hat_app_without_a_page_that_leads_back_is_configured_by_its_path(settings):
    settings.HAT_CLUSTERS = [{**PUBLIC, "confirm_path": "/#/data-debit/{debit}"}]

    url = hat_at("alice.hubat.net").confirm_url(
        debit_id="d-1", redirect="https://m.example/", fallback="https://m.example/no"
    )

    assert url == "https://alice.hubat.net/#/data-debit/d-1"
