"""From what a person types to the canonical host of a HAT, or a refusal; pure.

The typed text is parsed once and thrown away: every URL to a HAT is later built from the
canonical host and the cluster's own scheme and port, so nothing typed can steer a request.
"""

import re
import string
import unicodedata

import idna

from hats.errors import HatAddressInvalid

MAX_TYPED_LENGTH = 300
MIN_LABELS = 2

_SHAPE = re.compile(
    r"(?:https?://)?(?P<host>[^\x00-\x20\x7f/\\?#@:%\[\]]+)(?::(?P<port>[0-9]{1,5}))?/?",
    re.IGNORECASE,
)
_LDH_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
# Resolvers and browsers read a last label like these as part of an IPv4 address.
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
# str.lower() would also fold letters that only look like ASCII, such as the Kelvin sign.
_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def canonical_host(text: str) -> str:
    """Return the host of a HAT in its one spelling: lower-case ASCII, two labels or more.

    :raises HatAddressInvalid: anything else than a host name, with optional http(s):// and port.
    """
    return host_and_port(text)[0]


def host_and_port(text: str) -> tuple[str, int | None]:
    """As ``canonical_host``, with the port if one was typed, for comparing with the cluster's.

    :raises HatAddressInvalid: anything else than a host name, with optional http(s):// and port.
    """
    shape = _SHAPE.fullmatch(text.strip(" ")) if len(text) <= MAX_TYPED_LENGTH else None
    if shape is None:
        raise HatAddressInvalid
    host = _ascii_host(shape["host"])
    last_label = host.rpartition(".")[2]
    if not _LDH_HOST.fullmatch(host) or _NUMERIC_LABEL.fullmatch(last_label):
        raise HatAddressInvalid
    return host, int(shape["port"]) if shape["port"] else None


def _ascii_host(host: str) -> str:
    try:
        ascii_host = idna.encode(host.translate(_ASCII_LOWER), strict=True).decode("ascii")
        unicode_host = idna.decode(ascii_host, strict=True)
    except (idna.IDNAError, UnicodeError):
        raise HatAddressInvalid from None
    if any(_mixes_scripts(label) for label in unicode_host.split(".")):
        raise HatAddressInvalid
    return ascii_host


def _mixes_scripts(label: str) -> bool:
    """Whether letters of several alphabets stand in one label, as in look-alike names."""
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()}
    return len(scripts) > 1
