"""Everything a person could compose of the catalogue in the repository, as answers of the steps."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from offers.datafiles import EndpointFacts, FieldFacts, read_file
from offers.management.commands.seed_data_catalogue import FILE

TODAY = date(2026, 11, 23)
SOURCES = read_file(FILE.read_text(encoding="utf-8"))
ENDPOINTS = {
    endpoint.path: EndpointFacts(
        **{name: getattr(endpoint, name) for name in EndpointFacts.__dataclass_fields__}
        | {"fields": tuple(f for f in endpoint.fields if not f.kept_back)}
    )
    for source in SOURCES
    for endpoint in source.endpoints
    if any(not field.kept_back for field in endpoint.fields)
}
WORDS = st.lists(
    st.sampled_from(["museum", "night", "fees", "running", "leeds"]), min_size=1, max_size=2
)
FIGURES = st.integers(-(10**4), 10**6) | st.floats(-1e3, 1e6).map(lambda x: round(x, 2))
DAYS = st.dates(date(2019, 1, 1), date(2026, 11, 1))

# Spans of the clock, those over midnight among them; one that ends where it begins is a whole day.
CLOCK = [[0, 23]] + [
    [first, last] for first in range(24) for last in range(24) if first != (last + 1) % 24
]


def _some(values):
    return st.lists(values, min_size=1, max_size=4, unique=True)


def _ends(values):
    return st.lists(values, min_size=2, max_size=2).map(sorted)


def _spans():
    since = DAYS.map(lambda day: {"since": day.isoformat()})
    back = st.sampled_from([30, 90, 365]).map(lambda days: {"days": days})
    both = (
        _ends(DAYS)
        .filter(lambda ends: ends[0] < ends[1])
        .map(lambda ends: {"since": ends[0].isoformat(), "until": ends[1].isoformat()})
    )
    return since | back | both


def _clock():
    hours = st.sampled_from(CLOCK).map(lambda ends: {"hours": ends})
    days = _some(st.integers(1, 7)).map(lambda found: {"weekdays": sorted(found)})
    return hours | days | st.builds(lambda a, b: a | b, hours, days)


def held(field: FieldFacts) -> st.SearchStrategy[dict[str, Any]]:
    """What the form of a field can hold."""
    questions = {
        "number": st.builds(lambda low: {"low": low}, FIGURES)
        | st.builds(lambda high: {"high": high}, FIGURES)
        | _ends(FIGURES).map(lambda ends: {"low": ends[0], "high": ends[1]}),
        "choice": _some(st.sampled_from(field.values or ("x",))).map(lambda v: {"values": v}),
        "words": WORDS.map(lambda words: {"text": " ".join(words)}),
        "yes-no": st.booleans().map(lambda yes: {"yes": yes}),
        "element": WORDS.map(lambda words: {"text": words[0]}),
        "day": _spans(),
        "moment": _spans() | _clock() | st.builds(lambda a, b: a | b, _spans(), _clock()),
        "seconds": _clock(),
    }
    return questions.get(field.filter_by, st.just({}))


@st.composite
def answers(draw) -> dict[str, Any]:
    """Answers of the first three steps."""
    paths = draw(st.lists(st.sampled_from(sorted(ENDPOINTS)), min_size=1, max_size=3, unique=True))
    fields, filters = {}, {}
    for path in paths:
        several = st.lists(
            st.sampled_from(ENDPOINTS[path].fields), min_size=1, unique_by=lambda f: f.path
        )
        taken = draw(several)
        fields[path] = [field.path for field in taken]
        by = {field.path: draw(held(field)) for field in taken if draw(st.booleans())}
        limit = draw(st.none() | st.integers(1, 5000))
        filters[path] = {"limit": limit, "by": {p: h for p, h in by.items() if h}}
    return {"records": {"endpoints": paths}, "fields": fields, "filters": filters}


def composed_endpoints(given: dict[str, Any]) -> list[EndpointFacts]:
    """The kinds of records that answers chose."""
    return [ENDPOINTS[path] for path in given["records"]["endpoints"]]
