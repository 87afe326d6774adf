"""Routes of bundles and combinators: kept by name, read at any time."""

from aiohttp import web

from hats.bundles import (
    Bundle,
    EndpointQuery,
    EvaluationFailed,
    PropertyQuery,
    evaluate,
)
from hats.bundles.parsing import properties_to_json
from hats.sandbox import answers
from hats.sandbox.requests import read_properties, read_queries
from hats.sandbox.routes_data import Page, page_asked_for, read_page
from hats.sandbox.routing import (
    ANY_VERSION,
    ENDPOINT,
    NAME,
    Call,
    Incoming,
    needs,
    nothing,
    route,
)
from hats.sandbox.values import records_json

Properties = dict[str, PropertyQuery]
Queries = tuple[EndpointQuery, ...]


def _properties(incoming: Incoming) -> Properties:
    return read_properties(incoming.body)


def _queries(incoming: Incoming) -> Queries:
    return read_queries(incoming.body)


def put_combinator(call: Call[Queries]) -> web.Response:
    name = call.params["endpoint"]
    call.hat.combinators.save(name, call.parsed)
    return answers.json_answer({"message": f"Combinator {name} registered"}, status=201)


def get_combinator(call: Call[Page]) -> web.Response:
    """Read by what was kept; a combinator that fails is not found either."""
    name = call.params["endpoint"]
    not_found = answers.refusal(404, "Combinator Not Found", f"Combinator {name} not found")
    queries = call.hat.combinators.get(name)
    if queries is None:
        raise not_found
    try:
        return answers.json_answer(records_json(read_page(call.hat, call.parsed, queries)))
    except EvaluationFailed as failed:
        raise not_found from failed


def put_bundle(call: Call[Properties]) -> web.Response:
    name = call.params["name"]
    call.hat.save_bundle(Bundle(name, call.parsed))
    return answers.json_answer({"message": f"Bundle {name} registered"}, status=201)


def get_bundle(call: Call[None]) -> web.Response:
    bundle = _bundle(call)
    try:
        found = evaluate(bundle, call.hat.records)
    except EvaluationFailed as failed:
        raise _no_bundle(bundle.name) from failed
    return answers.json_answer({key: records_json(records) for key, records in found.items()})


def bundle_structure(call: Call[None]) -> web.Response:
    bundle = _bundle(call)
    structure = {"name": bundle.name, "bundle": properties_to_json(bundle.properties)}
    return answers.json_answer(structure)


def _bundle(call: Call[None]) -> Bundle:
    bundle = call.hat.bundle_named(call.params["name"])
    if bundle is None:
        raise _no_bundle(call.params["name"])
    return bundle


def _no_bundle(name: str) -> answers.Refusal:
    return answers.refusal(404, "Bundle Not Found", f"Bundle {name} not found")


_COMBINATOR = f"{ANY_VERSION}/combinator/{ENDPOINT}"
_BUNDLE = f"{ANY_VERSION}/data-bundle/{NAME}"

ROUTES = (
    route("combinator_post", "POST", _COMBINATOR, put_combinator, parse=_queries,
          allows=needs(), takes_body=True),
    route("combinator", "GET", _COMBINATOR, get_combinator, parse=page_asked_for,
          allows=needs()),
    route("bundle_post", "POST", _BUNDLE, put_bundle, parse=_properties, allows=needs(),
          takes_body=True),
    route("bundle", "GET", _BUNDLE, get_bundle, parse=nothing, allows=needs()),
    route("structure", "GET", f"{_BUNDLE}/structure", bundle_structure, parse=nothing,
          allows=needs()),
)  # fmt: skip
