"""Parts of dates."""

import pytest

from hats.bundles import EvaluationFailed
from tests.hats.bundles.writing import NOON, found, query, where


def hour(name: str) -> dict[str, object]:
    return {"transformation": name, "part": "hour"}


@pytest.mark.parametrize(
    "moment",
    [
        "2026-02-11T08:14:52.331Z",
        "2026-02-11T16:14:52+0800",
        "2026-02-11T08:14:52.000",
        "Wed Feb 11 08:20:01 +0000 2026",
    ],
)
def test_datetime_extract_takes_the_hour_in_utc(moment):
    bundle = query({}, where("t", hour("datetimeExtract"), operator="between", lower=8, upper=8))

    assert found(bundle, {"t": moment}) == [{}]


def test_timestamp_extract_takes_the_hour_of_epoch_seconds():
    at_seventeen = 1770830420
    bundle = query({}, where("t", hour("timestampExtract"), operator="in", value=[17]))

    assert found(bundle, {"t": at_seventeen}, {"t": at_seventeen + 3600}) == [{}]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("dow", 0),
        ("isodow", 7),
        ("doy", 60),
        ("quarter", 1),
        ("year", 2026),
        ("century", 21),
        ("epoch", 1772366400),
        ("Minute", 0),
    ],
)
def test_date_parts_are_those_of_postgresql(part, expected):
    extract = {"transformation": "datetimeExtract", "part": part}
    bundle = query({}, where("t", extract, operator="contains", value=expected))

    assert found(bundle, {"t": NOON.isoformat()}) == [{}]


@pytest.mark.parametrize(
    ("value", "transformation"),
    [
        ("yesterday evening", hour("datetimeExtract")),
        (1770830420, hour("datetimeExtract")),
        ("1770830420", hour("timestampExtract")),
        (None, hour("timestampExtract")),
        (1e300, hour("timestampExtract")),
        ("2026-02-11", {"transformation": "datetimeExtract", "part": "fortnight"}),
    ],
)
def test_a_date_that_is_none_fails_instead_of_answering(value, transformation):
    with pytest.raises(EvaluationFailed):
        found(query({}, where("t", transformation, operator="in", value=[1])), {"t": value})
