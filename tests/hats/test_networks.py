"""T01, T02: which addresses a HAT may have."""

import pytest

from hats.networks import ForbiddenAddress, judge

FORBIDDEN_V4 = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1
    127.255.255.254 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.8
    192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.168.255.255
    192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255
    240.0.0.1 255.255.255.255
"""
FORBIDDEN_V6 = """
    :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
    ::ffff:100.64.0.1 ::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
    64:ff9b:1::7f00:1 64:ff9b:1::808:808 100::1 100:0:0:1::1 2001::1 2001:0:7f00:1::1
    2001:2::1 2001:10::1 2001:20::1 2001:1ff::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe::
    2002:808:808:: 2620:4f:8000::1 3fff::1 5f00::1 fc00::1 fd00::1 fe80::1 fe80::1%eth0
    fec0::1 ff02::1 ff0e::1 4000::1 2606:4700::1111%1
"""
UNREADABLE = ["", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "1.2.3", "01.2.3.4", "[::1]"]


@pytest.mark.parametrize("address", [*f"{FORBIDDEN_V4} {FORBIDDEN_V6}".split(), *UNREADABLE])
def test_special_disguised_and_unreadable_addresses_are_refused(address):
    with pytest.raises(ForbiddenAddress):
        judge(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.216.34",
        "100.63.255.255",
        "172.32.0.1",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_public_unicast_addresses_pass(address):
    judge(address)
