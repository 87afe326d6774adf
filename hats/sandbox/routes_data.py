"""Routes of data: read, write, replace, delete; bundles and combinators by name."""

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from hats.bundles import Bundle, BundleInvalid, EvaluationFailed, PropertyQuery, Record, evaluate
from hats.bundles.parsing import parse_properties, properties_to_json
from hats.sandbox import answers
from hats.sandbox.access import Caller
from hats.sandbox.hat import records_json
from hats.sandbox.holdings import DuplicateData, RecordsMissing
from hats.sandbox.requests import ModelInvalid
from hats.sandbox.roles import OWNER, PLATFORM, Role
from hats.sandbox.routing import (
    ANY_VERSION,
    ENDPOINT,
    NAME,
    NAMESPACE,
    Call,
    Incoming,
    Params,
    needs,
    nothing,
    raw_body,
    route,
)

_USUAL_TAKE = 1000
_FOUND = "found"


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the records is asked for, in which order."""

    order_by: str | None
    ordering: str | None
    skip: int
    take: int


def _page(incoming: Incoming) -> Page:
    query = incoming.query
    return Page(
        order_by=query.get("orderBy"),
        ordering=query.get("ordering"),
        skip=_whole_number(incoming, "skip", usual=0),
        take=_whole_number(incoming, "take", usual=_USUAL_TAKE),
    )


def _whole_number(incoming: Incoming, name: str, *, usual: int) -> int:
    text = incoming.query.get(name, str(usual))
    if not text.isdecimal():
        message = f'Cannot parse parameter {name} as Int: For input string: "{text}"'
        raise answers.bad_request(message, accept=incoming.accept)
    return int(text)


def _path(params: Params) -> str:
    return f"{params['namespace']}/{params['endpoint']}"


def get_data(call: Call[Page]) -> web.Response:
    query: dict[str, object] = {"endpoints": [{"endpoint": _path(call.params)}]}
    return answers.json_answer(records_json(_read(call, query)))


def _read(call: Call[Page], query: dict[str, object]) -> list[Record]:
    """Evaluate one property in the order and part asked for."""
    page = call.parsed
    ordered = query | {"orderBy": page.order_by, "ordering": page.ordering}
    bundle = Bundle(_FOUND, parse_properties({_FOUND: ordered}, "obj"))
    found = evaluate(bundle, call.hat.holdings)[_FOUND]
    return found[page.skip : page.skip + page.take]


def post_data(call: Call[object]) -> web.Response:
    """Write one record, or one for each element of a list."""
    sent, endpoint = call.parsed, _path(call.params)
    items = [(endpoint, item) for item in (sent if isinstance(sent, list) else [sent])]
    skips = isinstance(sent, list) and call.incoming.query.get("skipErrors") == "true"
    try:
        added = call.hat.holdings.add(items, at=call.at, skip_duplicates=skips)
    except DuplicateData as duplicate:
        cause = "Duplicate data - Duplicate data"
        raise answers.refusal(400, "Bad Request", cause) from duplicate
    written = [{**record, "links": []} for record in records_json(added)]
    return answers.json_answer(written if isinstance(sent, list) else written[0], status=201)


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A record as clients send it."""

    endpoint: str
    data: object
    record_id: str | None
    raw: object


def _sent_records(incoming: Incoming) -> list[SentRecord]:
    if not isinstance(incoming.body, list):
        raise ModelInvalid({"obj": "error.expected.jsarray"})
    return [_sent_record(raw, f"obj[{n}]") for n, raw in enumerate(incoming.body)]


def _sent_record(raw: object, path: str) -> SentRecord:
    if not isinstance(raw, dict):
        raise ModelInvalid({path: "error.expected.jsobject"})
    if not isinstance(raw.get("endpoint"), str):
        raise ModelInvalid({f"{path}.endpoint": "error.path.missing"})
    if "data" not in raw:
        raise ModelInvalid({f"{path}.data": "error.path.missing"})
    return SentRecord(raw["endpoint"], raw["data"], raw.get("recordId"), raw)


def post_batch(call: Call[list[SentRecord]]) -> web.Response:
    if not call.parsed:
        raise answers.server_error(call.incoming.accept)
    if not _may_write_all(call.who, [sent.endpoint for sent in call.parsed]):
        cause = "Access Denied - No rights to insert some or all of the data in the batch"
        raise answers.refusal(403, "Forbidden", cause)
    items = [(sent.endpoint, sent.data) for sent in call.parsed]
    try:
        added = call.hat.holdings.add(items, at=call.at)
    except DuplicateData as duplicate:
        cause = "Could not insert data - Duplicate data"
        raise answers.refusal(400, "Bad Request", cause) from duplicate
    return answers.json_answer(
        [{**record, "links": []} for record in records_json(added)], status=201
    )


def put_data(call: Call[list[SentRecord]]) -> web.Response:
    if not _may_write_all(call.who, [sent.endpoint for sent in call.parsed]):
        raise answers.forbidden(call.incoming.accept)
    changed = {str(sent.record_id): (sent.endpoint, sent.data) for sent in call.parsed}
    try:
        call.hat.holdings.replace(changed, at=call.at)
    except RecordsMissing as missing:
        cause = "Could not update records: Records missing for updating"
        raise answers.refusal(400, "Data Missing", cause) from missing
    return answers.json_answer([sent.raw for sent in call.parsed], status=201)


def _may_write_all(caller: Caller, endpoints: list[str]) -> bool:
    if not caller.is_application:
        return True
    namespaces = {endpoint.split("/", 1)[0] for endpoint in endpoints}
    return all(caller.may(Role("namespacewrite", namespace)) for namespace in namespaces)


def _record_ids(incoming: Incoming) -> list[str]:
    """Read the ids; comma-joined ones are taken too, because hat-js sends them so."""
    joined = incoming.query.getall("records", [])
    ids = [one for text in joined for one in text.split(",")]
    for one in ids:
        _check_uuid(one, incoming)
    return ids


def _check_uuid(text: str, incoming: Incoming) -> None:
    try:
        uuid.UUID(text)
    except ValueError as error:
        message = f"Cannot parse parameter records as UUID: Invalid UUID string: {text}"
        raise answers.bad_request(message, accept=incoming.accept) from error


def delete_records(call: Call[list[str]]) -> web.Response:
    holdings = call.hat.holdings
    try:
        found = holdings.find(call.parsed)
    except RecordsMissing as missing:
        cause = "Could not delete records: Records missing for deleting"
        raise answers.refusal(400, "Data Missing", cause) from missing
    if not _may_write_all(call.who, [record.endpoint for record in found]):
        cause = "Access Denied - Permissions to modify records in some of the namespaces missing"
        raise answers.refusal(403, "Forbidden", cause)
    holdings.discard(found, at=call.at)
    return answers.json_answer({"message": "All records deleted"})


def delete_endpoint(call: Call[None]) -> web.Response:
    holdings = call.hat.holdings
    holdings.discard(holdings[_path(call.params)], at=call.at)
    return answers.json_answer({"message": "All records deleted"})


def sources(call: Call[None]) -> web.Response:
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for path in call.hat.holdings:
        namespace, endpoint = path.split("/", 1)
        grouped[namespace].append(endpoint)
    return answers.json_answer(grouped)


# Bundles and combinators


def _property_query(name: str) -> Callable[[Incoming], dict[str, PropertyQuery]]:
    def parse(incoming: Incoming) -> dict[str, PropertyQuery]:
        body = incoming.body
        wanted = {name: {"endpoints": body}} if name else body
        try:
            return parse_properties(wanted, "obj")
        except BundleInvalid as invalid:
            raise ModelInvalid({invalid.path: invalid.reason}) from invalid

    return parse


def put_combinator(call: Call[dict[str, PropertyQuery]]) -> web.Response:
    name = call.params["endpoint"]
    call.hat.combinators[name] = Bundle(_FOUND, call.parsed)
    return answers.json_answer({"message": f"Combinator {name} registered"}, status=201)


def get_combinator(call: Call[Page]) -> web.Response:
    name = call.params["endpoint"]
    not_found = answers.refusal(404, "Combinator Not Found", f"Combinator {name} not found")
    combinator = call.hat.combinators.get(name)
    if combinator is None:
        raise not_found
    query = properties_to_json(combinator.properties)[_FOUND]
    assert isinstance(query, dict)
    try:
        return answers.json_answer(records_json(_read(call, query)))
    except EvaluationFailed as failed:
        raise not_found from failed


def put_bundle(call: Call[dict[str, PropertyQuery]]) -> web.Response:
    name = call.params["name"]
    call.hat.save_bundle(Bundle(name, call.parsed))
    return answers.json_answer({"message": f"Bundle {name} registered"}, status=201)


def get_bundle(call: Call[None]) -> web.Response:
    bundle = _bundle(call)
    try:
        found = evaluate(bundle, call.hat.holdings)
    except EvaluationFailed as failed:
        raise _no_bundle(bundle.name) from failed
    return answers.json_answer({key: records_json(records) for key, records in found.items()})


def bundle_structure(call: Call[None]) -> web.Response:
    bundle = _bundle(call)
    structure = {"name": bundle.name, "bundle": properties_to_json(bundle.properties)}
    return answers.json_answer(structure)


def _bundle(call: Call[None]) -> Bundle:
    bundle = call.hat.bundles.get(call.params["name"])
    if bundle is None:
        raise _no_bundle(call.params["name"])
    return bundle


def _no_bundle(name: str) -> answers.Refusal:
    return answers.refusal(404, "Bundle Not Found", f"Bundle {name} not found")


def _reads(params: Params) -> Role:
    return Role("namespaceread", params["namespace"])


def _writes(params: Params) -> Role:
    return Role("namespacewrite", params["namespace"])


def _may_write_somewhere(caller: Caller, _params: Params) -> bool:
    if caller.is_application:
        return caller.may(Role("namespacewrite", "*"), OWNER)
    return caller.may(Role("datacredit"))


def _may_see_sources(caller: Caller, _params: Params) -> bool:
    if caller.is_application:
        return caller.may(Role("namespacewrite", "*"), PLATFORM)
    return caller.may(PLATFORM, Role("datacredit"))


_DATA = f"{ANY_VERSION}/data"
_COMBINATOR = f"{ANY_VERSION}/combinator/{ENDPOINT}"
_BUNDLE = f"{ANY_VERSION}/data-bundle/{NAME}"

ROUTES = (
    route("sources", "GET", f"{_DATA}/sources", sources, parse=nothing, allows=_may_see_sources),
    route("data", "GET", f"{_DATA}/{NAMESPACE}/{ENDPOINT}", get_data, parse=_page,
          allows=needs(_reads)),
    route("data_post", "POST", f"{_DATA}/{NAMESPACE}/{ENDPOINT}", post_data, parse=raw_body,
          allows=needs(_writes), takes_body=True),
    route("data_clear", "DELETE", f"{_DATA}/{NAMESPACE}/{ENDPOINT}", delete_endpoint,
          parse=nothing, allows=needs(_writes)),
    route("data_put", "PUT", _DATA, put_data, parse=_sent_records, allows=_may_write_somewhere,
          takes_body=True),
    route("data_delete", "DELETE", _DATA, delete_records, parse=_record_ids,
          allows=_may_write_somewhere),
    route("data_batch", "POST", f"{ANY_VERSION}/data-batch", post_batch, parse=_sent_records,
          allows=_may_write_somewhere, takes_body=True),
    route("combinator_post", "POST", _COMBINATOR, put_combinator, parse=_property_query(_FOUND),
          allows=needs(), takes_body=True),
    route("combinator", "GET", _COMBINATOR, get_combinator, parse=_page, allows=needs()),
    route("bundle_post", "POST", _BUNDLE, put_bundle, parse=_property_query(""), allows=needs(),
          takes_body=True),
    route("bundle", "GET", _BUNDLE, get_bundle, parse=nothing, allows=needs()),
    route("structure", "GET", f"{_BUNDLE}/structure", bundle_structure, parse=nothing,
          allows=needs()),
)  # fmt: skip
