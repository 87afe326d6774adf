"""The HAT's language for naming data: parse it, hash it, evaluate it, keep to it. Pure.

A *bundle* is a named set of *properties*; a property reads records from endpoints, filters,
orders and limits them, and maps each one to the fields asked for. The meaning of every operator
is in ``docs/sandbox-hat.md``. One thing differs from a real HAT, on purpose: full-text search stems
with a short list of English endings instead of PostgreSQL's dictionary (see
:mod:`hats.bundles.text`).
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
