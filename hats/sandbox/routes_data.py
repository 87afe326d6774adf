"""Routes of data: read, write, link, replace, delete."""

from collections import defaultdict
from dataclasses import dataclass

from aiohttp import web

from hats.bundles import Bundle, EndpointQuery, PropertyQuery, Record, evaluate
from hats.sandbox import answers
from hats.sandbox.access import Caller
from hats.sandbox.hat import Hat
from hats.sandbox.holdings import DuplicateData, RecordsMissing
from hats.sandbox.postfilter import post_filter
from hats.sandbox.requests import SentRecord, read_records
from hats.sandbox.roles import OWNER, PLATFORM, Role
from hats.sandbox.routing import (
    ANY_VERSION,
    ENDPOINT,
    NAMESPACE,
    VERSION_26,
    Call,
    Incoming,
    Params,
    check_uuid,
    flag_in_query,
    needs,
    nothing,
    number_in_query,
    route,
)
from hats.sandbox.values import records_json

_USUAL_TAKE = 1000
_FOUND = "found"


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the records is asked for, in which order."""

    order_by: str | None
    ordering: str | None
    skip: int
    take: int


def page_asked_for(incoming: Incoming) -> Page:
    query = incoming.query
    return Page(
        order_by=query.get("orderBy"),
        ordering=query.get("ordering"),
        skip=number_in_query(incoming, "skip", usual=0),
        take=number_in_query(incoming, "take", usual=_USUAL_TAKE),
    )


def read_page(hat: Hat, page: Page, queries: tuple[EndpointQuery, ...]) -> list[Record]:
    """Evaluate endpoint queries in the order asked for, and take the part asked for.

    :raises EvaluationFailed: queries and data do not fit.
    """
    wanted = PropertyQuery(
        endpoints=queries, order_by=page.order_by, ordering=page.ordering, limit=None
    )
    found = evaluate(Bundle(_FOUND, {_FOUND: wanted}), hat.records)[_FOUND]
    return found[page.skip : page.skip + page.take]


def _path(params: Params) -> str:
    return f"{params['namespace']}/{params['endpoint']}"


def get_data(call: Call[Page]) -> web.Response:
    records = read_page(call.hat, call.parsed, (EndpointQuery(_path(call.params)),))
    is_wanted = post_filter(call.incoming.query)
    if is_wanted is not None:  # After skip and take, as on real HATs.
        records = [record for record in records if is_wanted(record.data)]
    return answers.json_answer(records_json(records))


def get_record(call: Call[str]) -> web.Response:
    """Answer one record by id, to anybody who may read its namespace."""
    if call.caller is None:
        raise answers.Refusal(web.Response(status=403))
    try:
        (record,) = call.hat.holdings.find([call.parsed])
    except RecordsMissing as missing:
        cause = "Could not find unique record: No single record found for provided ID"
        raise answers.refusal(400, "Data Missing", cause) from missing
    if not call.caller.may(Role("namespaceread", _namespace(record.endpoint))):
        raise answers.forbidden(call.incoming.accept)
    return answers.json_answer(records_json([record])[0])


def _namespace(endpoint: str) -> str:
    return endpoint.partition("/")[0]


# Writing


@dataclass(frozen=True, slots=True)
class Sent:
    """What is to be written to one endpoint: a value, or a list of them."""

    value: object
    skips_errors: bool


def _sent(incoming: Incoming) -> Sent:
    return Sent(skips_errors=flag_in_query(incoming, "skipErrors"), value=incoming.body)


def post_data(call: Call[Sent]) -> web.Response:
    """Write one record, or one for each element of a list."""
    sent, endpoint = call.parsed.value, _path(call.params)
    items = [(endpoint, item) for item in (sent if isinstance(sent, list) else [sent])]
    skips = isinstance(sent, list) and call.parsed.skips_errors
    try:
        added = call.hat.holdings.add(items, at=call.at, skip_duplicates=skips)
    except DuplicateData as duplicate:
        cause = "Duplicate data - Duplicate data"
        raise answers.refusal(400, "Bad Request", cause) from duplicate
    written = [{**record, "links": []} for record in records_json(added)]
    return answers.json_answer(written if isinstance(sent, list) else written[0], status=201)


def _sent_records(incoming: Incoming) -> list[SentRecord]:
    return read_records(incoming.body)


def post_batch(call: Call[list[SentRecord]]) -> web.Response:
    """Write records with those that belong to them, all or none."""
    sent = call.parsed
    if not sent:
        raise answers.server_error(call.incoming.accept)
    endpoints = [one.endpoint for main in sent for one in (main, *main.links)]
    if not _may_write_all(call.who, endpoints):
        cause = "Access Denied - No rights to insert some or all of the data in the batch"
        raise answers.refusal(403, "Forbidden", cause)
    items = [(one.endpoint, one.data) for main in sent for one in (main, *main.links)]
    try:
        added = iter(call.hat.holdings.add(items, at=call.at))
    except DuplicateData as duplicate:
        cause = "Could not insert data - Duplicate data"
        raise answers.refusal(400, "Bad Request", cause) from duplicate
    written = [[next(added) for _ in (main, *main.links)] for main in sent]
    for group in written:
        if len(group) > 1:
            call.hat.records.group(group)
    return answers.json_answer([_with_links(group) for group in written], status=201)


def _with_links(group: list[Record]) -> dict[str, object]:
    main, *links = records_json(group)
    return {**main, "links": links}


def put_data(call: Call[list[SentRecord]]) -> web.Response:
    """Put other data in place; a record stays on its endpoint whatever the request says."""
    sent = {str(one.record_id).lower(): one for one in call.parsed}
    try:
        found = call.hat.holdings.find(sent)
    except RecordsMissing as missing:
        cause = "Could not update records: Records missing for updating"
        raise answers.refusal(400, "Data Missing", cause) from missing
    endpoints = [*(one.endpoint for one in found), *(one.endpoint for one in call.parsed)]
    if not _may_write_all(call.who, endpoints):
        raise answers.forbidden(call.incoming.accept)
    changed = {one.record_id: (one.endpoint, sent[one.record_id].data) for one in found}
    call.hat.holdings.replace(changed, at=call.at)
    return answers.json_answer([one.raw for one in call.parsed], status=201)


def _may_write_all(caller: Caller, endpoints: list[str]) -> bool:
    if not caller.is_application:
        return True
    namespaces = {_namespace(endpoint) for endpoint in endpoints}
    return all(caller.may(Role("namespacewrite", namespace)) for namespace in namespaces)


def _record_ids(incoming: Incoming) -> list[str]:
    """Read the ids; comma-joined ones are taken too, because hat-js sends them so."""
    ids = incoming.query.getall("records", [])
    if not incoming.is_strict:
        ids = [one for text in ids for one in text.split(",")]
    return [check_uuid(one, name="records", incoming=incoming) for one in ids]


def _record_id(incoming: Incoming) -> str:
    return check_uuid(incoming.params["id"], name="recordId", incoming=incoming)


def link_records(call: Call[list[str]]) -> web.Response:
    """Keep records together, so that bundles can ask for one along with another."""
    found = _found_for(call, "link")
    if found:
        call.hat.records.group(found)
    return answers.json_answer({"message": "Grouping registered"}, status=201)


def delete_records(call: Call[list[str]]) -> web.Response:
    found = _found_for(call, "delete")
    call.hat.holdings.discard(found, at=call.at)
    return answers.json_answer({"message": "All records deleted"})


def _found_for(call: Call[list[str]], verb: str) -> list[Record]:
    """Find the records named, all of them, for somebody who may write where they are."""
    try:
        found = call.hat.holdings.find(call.parsed)
    except RecordsMissing as missing:
        ing = {"link": "linking", "delete": "deleting"}[verb]
        cause = f"Could not {verb} records: Records missing for {ing}"
        raise answers.refusal(400, "Data Missing", cause) from missing
    if not _may_write_all(call.who, [record.endpoint for record in found]):
        cause = "Access Denied - Permissions to modify records in some of the namespaces missing"
        raise answers.refusal(403, "Forbidden", cause)
    return found


def delete_endpoint(call: Call[None]) -> web.Response:
    holdings = call.hat.holdings
    holdings.discard(holdings[_path(call.params)], at=call.at)
    return answers.json_answer({"message": "All records deleted"})


def sources(call: Call[None]) -> web.Response:
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for path in call.hat.holdings:
        namespace, _, endpoint = path.partition("/")
        grouped[namespace].append(endpoint)
    return answers.json_answer(grouped)


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
_ENDPOINT_DATA = f"{_DATA}/{NAMESPACE}/{ENDPOINT}"

ROUTES = (
    route("sources", "GET", f"{_DATA}/sources", sources, parse=nothing, allows=_may_see_sources),
    route("data", "GET", _ENDPOINT_DATA, get_data, parse=page_asked_for, allows=needs(_reads)),
    route("data_record", "GET", f"{VERSION_26}/data-record/(?P<id>[^/]+)", get_record,
          parse=_record_id, allows=None),
    route("data_post", "POST", _ENDPOINT_DATA, post_data, parse=_sent, allows=needs(_writes),
          takes_body=True),
    route("data_clear", "DELETE", _ENDPOINT_DATA, delete_endpoint, parse=nothing,
          allows=needs(_writes)),
    route("data_put", "PUT", _DATA, put_data, parse=_sent_records, allows=_may_write_somewhere,
          takes_body=True),
    route("data_delete", "DELETE", _DATA, delete_records, parse=_record_ids,
          allows=_may_write_somewhere),
    route("data_batch", "POST", f"{ANY_VERSION}/data-batch", post_batch, parse=_sent_records,
          allows=_may_write_somewhere, takes_body=True),
    route("data_link", "POST", f"{ANY_VERSION}/data-link", link_records, parse=_record_ids,
          allows=_may_write_somewhere),
)  # fmt: skip
