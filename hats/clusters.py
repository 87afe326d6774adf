"""The HAT providers we trust, and where each HAT of theirs is found; pure.

A cluster is a domain suffix with everything that must not come from a person or from a HAT:
scheme, port, where to connect, which pages to lead owners to, and our account there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from string import Formatter
from typing import Any, Final
from urllib.parse import quote

from hats.address import host_and_port
from hats.errors import HatAddressInvalid, HatNotTrusted

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_HIGHEST_PORT: Final = 65535
_BACK: Final = frozenset({"redirect", "fallback"})
# What each page's path must name, and what it may; a way back that a HAT does not have is left out.
_PLACES: Final = {
    "login_path": (frozenset({"application", "redirect"}), _BACK | {"application"}),
    "confirm_path": (frozenset({"debit"}), _BACK | {"debit"}),
    "debit_path": (frozenset({"debit"}), frozenset({"debit"})),
}


class Access(StrEnum):
    """Which account on a cluster's HATs proposes debits and reads their values."""

    PLATFORM = "platform"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One trusted provider.

    :param connect_to: exact (address, port) to connect to instead of asking DNS; the guard lets
        this pair pass even if it is not public.
    :param access: which account proposes debits and reads their values: the cluster's
        ``platform`` account, or a market ``account`` on each HAT.
    :param account_username: the market account, if the provider has made the same one on each of
        its HATs; without it we make one a HAT, through the platform account.
    """

    name: str
    suffix: str
    application_id: str
    scheme: str = "https"
    port: int = 443
    connect_to: tuple[str, int] | None = None
    access: Access = Access.PLATFORM
    platform_username: str = field(default="", repr=False)
    platform_password: str = field(default="", repr=False)
    account_username: str = field(default="", repr=False)
    account_password: str = field(default="", repr=False)
    login_path: str = "/hatlogin?name={application}&redirect={redirect}&fallback={fallback}"
    confirm_path: str = (
        "/#/data-debit/{debit}/quick-confirm?redirect={redirect}&fallback={fallback}"
    )
    debit_path: str = "/#/data-debit/{debit}"


@dataclass(frozen=True, slots=True)
class Hat:
    """One HAT we may speak to: its canonical host and the cluster that vouches for it."""

    host: str
    cluster: Cluster

    @property
    def identity(self) -> str:
        """What the HAT calls itself: ``iss`` of its tokens and the Host header."""
        usual = _DEFAULT_PORTS[self.cluster.scheme] == self.cluster.port
        return self.host if usual else f"{self.host}:{self.cluster.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port as a browser writes them."""
        return f"{self.cluster.scheme}://{self.identity}"

    def login_url(self, *, redirect: str, fallback: str) -> str:
        """Return the HAT's own log-in page; it leads back to ``redirect`` with a token."""
        return self._page(self.cluster.login_path, redirect=redirect, fallback=fallback)

    def confirm_url(self, *, debit_id: str, redirect: str, fallback: str) -> str:
        """Return the HAT's page on which its owner agrees to a debit."""
        path = self.cluster.confirm_path
        return self._page(path, debit=debit_id, redirect=redirect, fallback=fallback)

    def debit_url(self, *, debit_id: str) -> str:
        """Return the HAT's page of one debit, where its owner switches it off."""
        return self._page(self.cluster.debit_path, debit=debit_id)

    def _page(self, path: str, **values: str) -> str:
        escaped = {name: quote(value, safe="") for name, value in values.items()}
        return self.origin + path.format(
            application=quote(self.cluster.application_id, safe=""), **escaped
        )


class Trusted:
    """The clusters somebody trusts: the only way from a name to a HAT.

    :param clusters: a HAT belongs to the one with the longest suffix of its host.
    :raises ValueError: two have the same suffix; a sentence for the operator.
    """

    def __init__(self, clusters: Iterable[Cluster]) -> None:
        self.clusters: Final = tuple(clusters)
        self._by_suffix: Final = {cluster.suffix: cluster for cluster in self.clusters}
        if len(self._by_suffix) != len(self.clusters):
            raise ValueError("HAT_CLUSTERS names the same suffix twice.")
        self.addresses: Final = frozenset(
            cluster.connect_to for cluster in self.clusters if cluster.connect_to is not None
        )
        """What may be dialled although it is not public."""

    def hat_at(self, identity: str) -> Hat:
        """Return the HAT of a stored identity: a canonical host, with its port if unusual.

        :raises HatNotTrusted: no cluster vouches for it (any more).
        """
        host, _, _ = identity.partition(":")
        hat = Hat(host, self.cluster_for(host))
        if identity not in (host, hat.identity):
            raise HatNotTrusted
        return hat

    def hat_typed(self, text: str) -> Hat:
        """Return the HAT a person typed.

        :raises HatAddressInvalid: not a host name, or with another port than the cluster's.
        :raises HatNotTrusted: no cluster vouches for it.
        """
        host, port = host_and_port(text)
        hat = self.hat_at(host)
        if port not in (None, hat.cluster.port):
            raise HatAddressInvalid
        return hat

    def cluster_for(self, host: str) -> Cluster:
        """Return the cluster whose suffix ends ``host`` at a label border.

        :raises HatNotTrusted: no cluster vouches for it.
        """
        _, _, parent = host.partition(".")
        while parent:
            if parent in self._by_suffix:
                return self._by_suffix[parent]
            _, _, parent = parent.partition(".")
        raise HatNotTrusted


def read_cluster(entry: Mapping[str, Any]) -> Cluster:
    """One entry of the setting ``HAT_CLUSTERS``.

    :raises ValueError: with a sentence for the operator.
    """
    known = dict(entry)
    connect_to, access = known.pop("connect_to", None), known.pop("access", Access.PLATFORM)
    try:
        cluster = Cluster(**known, connect_to=_address_and_port(connect_to), access=_access(access))
    except TypeError as error:
        message = f"HAT_CLUSTERS has an entry that is incomplete or has an unknown key: {error}"
        raise ValueError(message) from None
    for refusal in (_address_fault(cluster), _account_fault(cluster), *_page_faults(cluster)):
        if refusal:
            raise ValueError(f"HAT_CLUSTERS: “{cluster.name}”: {refusal}")
    return cluster


def _access(word: str) -> Access:
    if word == "application":
        raise ValueError(
            "HAT_CLUSTERS: an application cannot read what an agreement shares, so access is"
            " platform or account."
        )
    if word not in set(Access):
        raise ValueError("HAT_CLUSTERS: the access of a cluster is platform or account.")
    return Access(word)


def _address_fault(cluster: Cluster) -> str:
    """What is wrong with where its HATs are, in words for the operator; empty if nothing is."""
    if cluster.scheme not in _DEFAULT_PORTS:
        return "the scheme of a cluster is https, or http on loopback."
    if cluster.scheme == "http" and not _is_loopback(cluster):
        return "plain http is for HATs on loopback (connect_to 127.0.0.1)."
    if type(cluster.port) is not int or not 0 < cluster.port <= _HIGHEST_PORT:
        return "the port is a number from 1 to 65535."
    if not _is_suffix(cluster.suffix):
        return "the suffix is a domain in lower case with two labels or more, without a dot before."
    return ""


def _is_suffix(text: str) -> bool:
    try:
        return host_and_port(text) == (text, None)
    except HatAddressInvalid:
        return False


def _account_fault(cluster: Cluster) -> str:
    for name in ("platform", "account"):
        username = getattr(cluster, f"{name}_username")
        password = getattr(cluster, f"{name}_password")
        if password and not username:
            return f"{name}_password stands without {name}_username."
    if cluster.account_username and cluster.access is not Access.ACCOUNT:
        return "account_username is used with access account alone."
    return ""


def _page_faults(cluster: Cluster) -> Iterator[str]:
    for name, (needed, allowed) in _PLACES.items():
        path = getattr(cluster, name)
        places = {place for _, place, _, _ in Formatter().parse(path) if place is not None}
        if not path.startswith("/") or path.startswith("//"):
            yield f"{name} begins with one slash."
        elif not needed <= places:
            yield f"{name} needs {_listed(needed)}."
        elif not places <= allowed:
            yield f"{name} knows no other places than {_listed(allowed)}."


def _listed(places: frozenset[str]) -> str:
    return ", ".join(f"{{{place}}}" for place in sorted(places))


def _address_and_port(text: str | None) -> tuple[str, int] | None:
    if not text:
        return None
    address, _, port = text.rpartition(":")
    return str(ip_address(address.strip("[]"))), int(port)


def _is_loopback(cluster: Cluster) -> bool:
    return cluster.connect_to is not None and ip_address(cluster.connect_to[0]).is_loopback
