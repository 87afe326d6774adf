"""Which addresses a HAT may have; pure.

Python's ``is_global`` and ``is_private`` are no guard: they pass addresses that carry a private one
inside, and multicast. So the table is our own, from the IANA special-purpose registries for IPv4
and IPv6 (read 2026-11), and whatever is not plainly a public unicast address is refused.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_FORBIDDEN_V4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by carriers
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link local, and the clouds' metadata services
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # automatic multicast tunnels
            "192.88.99.0/24",  # former 6to4 relays
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
_PUBLIC_V6: Final = IPv6Network("2000::/3")
_FORBIDDEN_V6: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: reaches the IPv4 address inside it
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
# Both only carry an IPv4 address, which is what will be reached and so is what is judged.
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_V4_BITS: Final = 0xFFFF_FFFF


class ForbiddenAddress(Exception):
    """A name led to an address that no HAT may have. Nothing was sent there."""


def judge(address: str) -> None:
    """Pass a public unicast address and refuse everything else.

    :raises ForbiddenAddress: special-purpose, carrying such an address, with a zone, or unreadable.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        raise ForbiddenAddress from None
    is_public = _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)
    if not is_public:
        raise ForbiddenAddress


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _FORBIDDEN_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address in _MAPPED or address in _NAT64:
        return _is_public_v4(IPv4Address(int(address) & _V4_BITS))
    return address in _PUBLIC_V6 and not any(address in network for network in _FORBIDDEN_V6)
