"""Short ways to write bundles and records in these tests."""

from datetime import UTC, datetime, timedelta

from hats import bundles
from hats.bundles import Record

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENDPOINT = "shop/orders"


def records(*data: object, endpoint: str = ENDPOINT) -> dict[str, list[Record]]:
    return {
        endpoint: [
            Record(endpoint, f"{endpoint}#{n}", item, NOON + timedelta(minutes=n))
            for n, item in enumerate(data)
        ]
    }


def query(mapping: object = None, *filters: object, **wanted: object) -> bundles.Bundle:
    endpoint = {"endpoint": ENDPOINT, "mapping": mapping, "filters": list(filters)}
    return bundles.parse_bundle(
        {"name": "b-1", "bundle": {"found": {"endpoints": [endpoint], **wanted}}}
    )


def found(bundle: bundles.Bundle, *data: object) -> list[object]:
    return [record.data for record in bundles.evaluate(bundle, records(*data))["found"]]


def where(field: str, transformation: object = None, **operator: object) -> dict[str, object]:
    return {"field": field, "transformation": transformation, "operator": operator}


SEARCHABLE = {"transformation": "searchable"}
