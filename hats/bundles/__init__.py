"""The HAT's language for naming data: parse it, hash it, evaluate it, keep to it. Pure.

A *bundle* is a named set of *properties*; a property reads records from endpoints, filters,
orders and limits them, and maps each one to the fields asked for. ``docs/bundles.md`` has the
meaning of everything, and what a real HAT may do in another way.

Besides what is named here, :mod:`hats.bundles.words` says a bundle in plain words,
:mod:`hats.bundles.differences` what changed between two, and :mod:`hats.bundles.phrases` holds the
filters that have words, for whoever builds bundles.
"""

from hats.bundles.evaluation import EvaluationFailed, Record, conditions_met, evaluate
from hats.bundles.hashing import bundle_hash
from hats.bundles.model import (
    Between,
    Bundle,
    Contains,
    EndpointQuery,
    Filter,
    Find,
    In,
    PropertyQuery,
    Transformation,
    endpoints_of,
    namespaces_of,
    renamed,
)
from hats.bundles.parsing import BundleInvalid, bundle_to_json, parse_bundle
from hats.bundles.pitfalls import pitfalls_of
from hats.bundles.projection import destinations_of, project

__all__ = [
    "Between",
    "Bundle",
    "BundleInvalid",
    "Contains",
    "EndpointQuery",
    "EvaluationFailed",
    "Filter",
    "Find",
    "In",
    "PropertyQuery",
    "Record",
    "Transformation",
    "bundle_hash",
    "bundle_to_json",
    "conditions_met",
    "destinations_of",
    "endpoints_of",
    "evaluate",
    "namespaces_of",
    "parse_bundle",
    "pitfalls_of",
    "project",
    "renamed",
]
