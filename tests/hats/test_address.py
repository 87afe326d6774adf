"""T03, T07, T08, T13: one spelling per HAT, and nothing typed steers a request."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from hats.address import canonical_host, host_and_port
from hats.errors import HatAddressInvalid

ZERO_WIDTH_SPACE = "\u200b"
CYRILLIC_A = "\u0430"
KELVIN_SIGN = "\u212a"


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("alice.hubat.net", "alice.hubat.net"),
        ("Alice.HubAt.NET", "alice.hubat.net"),
        ("  alice.hubat.net ", "alice.hubat.net"),
        ("https://Alice.hubat.net/", "alice.hubat.net"),
        ("http://alice.hubat.net", "alice.hubat.net"),
        ("alice.hat.localhost:9100", "alice.hat.localhost"),
        ("HTTPS://a-1.b.example/", "a-1.b.example"),
        ("müller.hubat.net", "xn--mller-kva.hubat.net"),
        ("xn--mller-kva.hubat.net", "xn--mller-kva.hubat.net"),
    ],
)
def test_what_people_type_becomes_the_canonical_host(typed, host):
    assert canonical_host(typed) == host


def test_a_typed_port_is_told_apart_so_that_it_can_be_compared():
    assert host_and_port("https://alice.hat.localhost:9100/") == ("alice.hat.localhost", 9100)
    assert host_and_port("alice.hubat.net") == ("alice.hubat.net", None)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "localhost",
        "alice",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0",
        "0x7f.0.0.1",
        "0x7f000001",
        "0177.0.0.1",
        "alice.0x7f",
        "alice.1",
        "①②⑦.0.0.1",
        "１２７.０.０.１",
        "127。0。0。1",
        "alice。hubat.net",
        "alice．hubat．net",
        "ⓛocalhost.net",
        f"loca{ZERO_WIDTH_SPACE}lhost.net",
        f"alice{ZERO_WIDTH_SPACE}.hubat.net",
        f"{CYRILLIC_A}lice.hubat.net",
        f"{KELVIN_SIGN}ate.hubat.net",
        "xn--zz.hubat.net",
        "alice.hubat.net.",
        ".hubat.net",
        "alice..hubat.net",
        "-alice.hubat.net",
        "alice-.hubat.net",
        "al_ice.hubat.net",
        "al ice.hubat.net",
        "*.hubat.net",
        "a" * 64 + ".hubat.net",
        ".".join(["a" * 60] * 5),
        "[::1]",
        "::1",
        "[::ffff:127.0.0.1]:443",
        "fe80::1%eth0",
        "alice.hubat.net/private",
        "alice.hubat.net?x=1",
        "alice.hubat.net#x",
        "alice.hubat.net/..",
        "alice.hubat.net//",
        "alice@evil.example",
        "https://alice.hubat.net@evil.example",
        "https://user:pw@alice.hubat.net",
        "alice.hubat.net#@evil.example",
        "alice.hubat.net\\@evil.example",
        "alice.hubat.net%2f@evil.example",
        "alice.hubat.net%00.evil.example",
        "alice.hubat.net\x00",
        "alice.hubat.net\t",
        "alice.hubat.net\r\nHost: evil.example",
        "\nalice.hubat.net",
        "ftp://alice.hubat.net",
        "file:///etc/passwd",
        "gopher://alice.hubat.net",
        "//alice.hubat.net",
        "https:alice.hubat.net",
        "https:///alice.hubat.net",
        "https://https://alice.hubat.net",
        "alice.hubat.net:",
        "alice.hubat.net:port",
        "alice.hubat.net:443:443",
        "javascript:alert(1)",
    ],
)
def test_other_spellings_and_tricks_are_refused(typed):
    with pytest.raises(HatAddressInvalid) as refusal:
        canonical_host(typed)

    assert refusal.value.sentence == (
        "Please enter the address of your HAT, for example alice.hubat.net."
    )


FRAGMENTS = st.sampled_from(
    [
        "https://",
        "http:",
        "//",
        "alice",
        ".hubat",
        ".net",
        "@",
        ":",
        "443",
        "22",
        "/",
        "\\",
        "%2f",
        "#",
        "?",
        "\t",
        "\r\n",
        "%00",
        "[",
        "]",
        "::1",
        "127.0.0.1",
        "é",
        "。",
        ".",
        "-",
        "xn--",
        " ",
    ]
)


@given(st.one_of(st.lists(FRAGMENTS, max_size=9).map("".join), st.text(max_size=40)))
def test_an_accepted_host_reads_the_same_in_every_url_parser(typed):
    try:
        host = canonical_host(typed)
    except HatAddressInvalid:
        return

    url = f"https://{host}:443/publickey"
    assert (urlsplit(url).scheme, urlsplit(url).hostname, urlsplit(url).port) == (
        "https",
        host,
        443,
    )
    assert (URL(url).scheme, URL(url).raw_host, URL(url).port) == ("https", host, 443)
    assert canonical_host(host) == host
