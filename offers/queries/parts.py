"""The parts of an offer: each kind of data that a HAT must hold to fill it."""

from dataclasses import dataclass

from common.language import gettext as _
from common.language import listed
from hats.bundles import Bundle, endpoints_of, parse_bundle
from offers.models import OfferVersion


@dataclass(frozen=True)
class Part:
    """One endpoint a HAT must hold; ``label`` says it in a sentence: ``nights (fitbit/sleep)``."""

    endpoint: str
    label: str


def parts_of(version: OfferVersion) -> list[Part]:
    """What the bundle reads and what the conditions look at, by name of the endpoint."""
    bundle = parse_bundle(version.bundle)
    conditions = parse_bundle(version.conditions) if version.conditions else None
    needed = endpoints_of(bundle) | (endpoints_of(conditions) if conditions else frozenset())
    return [Part(endpoint, _label(endpoint, bundle)) for endpoint in sorted(needed)]


def _label(endpoint: str, bundle: Bundle) -> str:
    tables = [
        name.replace("-", " ").replace("_", " ")
        for name, wanted in bundle.properties.items()
        if any(query.endpoint == endpoint for query in wanted.endpoints)
    ]
    names = listed(tables) if tables else _("the condition")
    return f"{names} ({endpoint})"
