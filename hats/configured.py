"""The client and the clusters as this installation's settings have them.

Whatever lies below this module knows no settings: it is handed what it needs.
"""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import TypeVar

import orjson
from django.conf import settings

from hats import client
from hats.client import HatClient
from hats.clusters import Cluster, Hat, Trusted, read_cluster
from hats.guard import Bounds, Outbound

T = TypeVar("T")


def trusted() -> Trusted:
    """Return every configured cluster.

    :raises ValueError: an entry of HAT_CLUSTERS cannot be read; a sentence for the operator.
    """
    return _read(orjson.dumps(settings.HAT_CLUSTERS))


@lru_cache(maxsize=8)
def _read(configured: bytes) -> Trusted:
    return Trusted(read_cluster(entry) for entry in orjson.loads(configured))


def clusters() -> tuple[Cluster, ...]:
    """Return every configured cluster, in the operator's order."""
    return trusted().clusters


def hat_at(identity: str) -> Hat:
    """Return the HAT of a stored identity.

    :raises HatNotTrusted: no configured cluster vouches for it (any more).
    """
    return trusted().hat_at(identity)


def hat_typed(text: str) -> Hat:
    """Return the HAT a person typed.

    :raises HatAddressInvalid: not a host name, or with another port than the cluster's.
    :raises HatNotTrusted: no configured cluster vouches for it.
    """
    return trusted().hat_typed(text)


def cluster_for(host: str) -> Cluster:
    """Return the configured cluster of a host.

    :raises HatNotTrusted: there is none.
    """
    return trusted().cluster_for(host)


def configured_bounds() -> Bounds:
    """Return the usual bounds with the deadlines an operator may tune."""
    return Bounds(
        total=float(settings.HAT_TOTAL_TIMEOUT_SECONDS),
        connect=float(settings.HAT_CONNECT_TIMEOUT_SECONDS),
    )


def hat_client(*, bounds: Bounds | None = None) -> HatClient:
    """Return a client for one batch or session of HATs.

    :param bounds: tighter ones than configured, where a person is waiting.
    """
    return HatClient(Outbound(trusted(), bounds=bounds or configured_bounds()))


def converse(call: Callable[[HatClient], Awaitable[T]], *, bounds: Bounds | None = None) -> T:
    """Open a client for one conversation from synchronous code, and close it again.

    :param bounds: tighter ones than configured, where a person is waiting.
    """
    return client.converse(call, hats=hat_client(bounds=bounds))
