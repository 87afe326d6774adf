"""What a yes says to a HAT, and which of the HAT's pages lead its owner on."""

from collections.abc import Collection
from functools import lru_cache

from fulfilment.models import Acceptance
from hats.bundles import Bundle, bundle_hash, bundle_to_json, parse_bundle, renamed
from hats.clusters import hat_at
from offers.models import OfferVersion

Json = dict[str, object]


def bundle_of(version: OfferVersion) -> Bundle:
    """The version's bundle, parsed once in each process; a published version never changes."""
    return _bundle(_Version(version))


def named_bundle(acceptance: Acceptance) -> Json:
    """The bundle under the name it has on this one HAT, as it travels."""
    return _travelling(bundle_of(acceptance.order_line.offer_version), f"mk-{acceptance.uid}")


def named_conditions(acceptance: Acceptance) -> Json | None:
    """The conditions of the offer, if any, under their name on this one HAT."""
    conditions = acceptance.order_line.offer_version.conditions
    if not conditions:
        return None
    return _travelling(parse_bundle(conditions), f"mk-{acceptance.uid}-conditions")


def bundle_hash_of(acceptance: Acceptance) -> str:
    """SHA-256 of the bundle as named for this acceptance."""
    bundle = bundle_of(acceptance.order_line.offer_version)
    return bundle_hash(renamed(bundle, name=f"mk-{acceptance.uid}"))


def confirm_page_url(acceptance: Acceptance, *, back: str, fallback: str) -> str:
    """The HAT's page on which its owner confirms the data debit.

    :param back: absolute address to return to; the HAT adds nothing to it, so it says nothing.
    :param fallback: where the owner goes who does not confirm.
    :raises HatNotTrusted: the HAT's cluster is not configured any more.
    """
    hat = hat_at(acceptance.hat_owner.hat_domain)
    return hat.confirm_url(debit_id=str(acceptance.uid), redirect=back, fallback=fallback)


def debit_page_url(acceptance: Acceptance) -> str:
    """The HAT's page of the data debit, where its owner switches it off.

    :raises HatNotTrusted: the HAT's cluster is not configured any more.
    """
    return hat_at(acceptance.hat_owner.hat_domain).debit_url(debit_id=str(acceptance.uid))


def bundles_of(version_ids: Collection[int]) -> dict[int, Bundle]:
    """The parsed bundles of these versions."""
    rows = OfferVersion.objects.only("pk", "content_hash", "bundle").filter(pk__in=version_ids)
    return {version.pk: bundle_of(version) for version in rows}


class _Version:
    """A version as a key of the cache: equal when number and content are."""

    def __init__(self, version: OfferVersion) -> None:
        self.version = version
        self.key = (version.pk, version.content_hash)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Version) and self.key == other.key


@lru_cache(maxsize=512)
def _bundle(version: _Version) -> Bundle:
    return parse_bundle(version.version.bundle)


def _travelling(bundle: Bundle, name: str) -> Json:
    return dict(bundle_to_json(renamed(bundle, name=name)))
