"""Generated data and bundles of the whole language."""

from hypothesis import strategies as st

SMALL_KEYS = st.sampled_from(["a", "b", "c"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 1.0, -2.5, 1e20])
    | st.sampled_from(["", "a", "b", "B", "é", "a b"])
    | st.sampled_from(["2026-02-11T08:14:52.331Z", "2026-02-11T23:14:52+0800", 1770830420]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SMALL_KEYS, inner, max_size=3),
    max_leaves=8,
)
RECORD_DATA = st.dictionaries(SMALL_KEYS, JSON, max_size=3) | JSON

SOURCES = st.sampled_from(
    ["a", "b", "c", "a.b", "a[0]", "b[1].a", "a.a.b", "b[]", "c.", "a[0][1]", "a-b", ""]
)
FIELDS = st.sampled_from(
    ["a", "b", "c", "a.b", "a.0", "b.-1", "a.0.b", "b.+1", "a[0]", "c.", ".", ""]
)
GOOD_SOURCES = st.sampled_from(["a", "b", "c", "a.b", "a[0]", "b[1].a", "a.a.b", "b[]"])
DESTINATIONS = st.sampled_from(["x", "x.y", "x.z", "y", "x.y.z"])
MAPPINGS = st.dictionaries(DESTINATIONS, GOOD_SOURCES, max_size=3)


def _nested(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    mappings = st.dictionaries(
        st.sampled_from(["x", "x.y", "y", "l[]"]), GOOD_SOURCES | inner, max_size=2
    )
    return st.fixed_dictionaries({"source": GOOD_SOURCES, "mappings": mappings})


ANY_MAPPINGS = (
    st.none()
    | st.sampled_from([7, True, ["a"]])
    | st.dictionaries(
        DESTINATIONS | st.sampled_from(["l[]", "x.l[]", "x[0]"]),
        st.one_of(
            GOOD_SOURCES,
            GOOD_SOURCES,
            st.recursive(GOOD_SOURCES, _nested, max_leaves=3),
            SOURCES | st.sampled_from([1, None, True]),
        ),
        max_size=3,
    )
)

_PARTS = st.sampled_from(["hour", "Hours", "dow", "isodow", "year", "month", "epoch", "fortnight"])
TRANSFORMATIONS = st.one_of(
    st.none(),
    st.just({"transformation": "identity"}),
    st.just({"transformation": "searchable"}),
    st.builds(
        lambda name, part: {"transformation": name, "part": part},
        st.sampled_from(["datetimeExtract", "timestampExtract"]),
        _PARTS,
    ),
)
VALUES = JSON | st.lists(st.integers(0, 23), max_size=4) | st.integers(0, 2030)
OPERATORS = st.one_of(
    st.builds(lambda value: {"operator": "contains", "value": value}, VALUES),
    st.builds(lambda value: {"operator": "in", "value": value}, VALUES),
    st.builds(
        lambda lower, upper: {"operator": "between", "lower": lower, "upper": upper},
        VALUES,
        VALUES,
    ),
    st.builds(
        lambda search: {"operator": "find", "search": search},
        st.sampled_from(["a", "b B", "é", "the", "", 1, ["a", "b"]]),
    ),
)
FILTERS = st.builds(
    lambda field, transformation, operator: {
        "field": field,
        "operator": operator,
        **({} if transformation is None else {"transformation": transformation}),
    },
    FIELDS,
    TRANSFORMATIONS,
    OPERATORS,
)
ENDPOINTS = st.sampled_from(["shop/orders", "shop/reviews", "rumpel/notes"])


def _optional(**parts: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({}, optional=parts)


def queries(mappings: st.SearchStrategy[object], *, depth: int = 2) -> st.SearchStrategy[object]:
    """Queries of one endpoint, with links that may have links themselves."""
    parts: dict[str, st.SearchStrategy[object]] = {
        "mapping": mappings,
        "filters": st.none() | st.lists(FILTERS, max_size=2),
    }
    if depth:
        parts["links"] = st.none() | st.lists(queries(mappings, depth=depth - 1), max_size=2)
    return st.builds(
        lambda endpoint, rest: {"endpoint": endpoint, **rest}, ENDPOINTS, _optional(**parts)
    )


def properties(mappings: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.builds(
        lambda endpoints, rest: {"endpoints": endpoints, **rest},
        st.lists(queries(mappings), min_size=1, max_size=2),
        _optional(
            orderBy=st.none() | FIELDS | DESTINATIONS,
            ordering=st.sampled_from([None, "ascending", "descending", "Descending"]),
            limit=st.none() | st.integers(0, 3),
        ),
    )


def bundles_of(mappings: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    """Whole bundles as JSON, as a client would send them."""
    return st.builds(
        lambda found: {"name": "b-1", "bundle": found},
        st.dictionaries(st.sampled_from(["one", "two"]), properties(mappings), max_size=2),
    )


BUNDLES = bundles_of(ANY_MAPPINGS)

# Denser: most records have the field, and filters split them.
SMALL = st.integers(0, 2) | st.sampled_from(["a", "b", "2026-02-11T08:14:52Z", 1770830420])
SMALL_DATA = st.dictionaries(SMALL_KEYS, SMALL | st.lists(SMALL, max_size=2), min_size=2)
SMALL_OPERATORS = st.one_of(
    st.builds(lambda value: {"operator": "contains", "value": value}, SMALL),
    st.builds(lambda value: {"operator": "in", "value": value}, st.lists(SMALL, min_size=1)),
    st.builds(lambda low: {"operator": "between", "lower": low, "upper": "z"}, SMALL),
    st.builds(lambda low: {"operator": "between", "lower": low, "upper": 2}, st.integers(0, 2)),
)
SMALL_FILTERS = st.builds(
    lambda field, operator: {"field": field, "operator": operator}, SMALL_KEYS, SMALL_OPERATORS
) | st.builds(
    lambda field, search: {
        "field": field,
        "transformation": {"transformation": "searchable"},
        "operator": {"operator": "find", "search": search},
    },
    SMALL_KEYS,
    st.sampled_from(["b", "1", "t08"]),
)


def _small_queries(*, with_links: bool) -> st.SearchStrategy[dict[str, object]]:
    parts: dict[str, st.SearchStrategy[object]] = {
        "endpoint": ENDPOINTS,
        "filters": st.lists(SMALL_FILTERS, max_size=1),
        "mapping": st.none() | st.just({"x": "a", "y.z": "b"}),
    }
    if with_links:
        parts["links"] = st.lists(_small_queries(with_links=False), min_size=1, max_size=2)
    return st.fixed_dictionaries(parts)


SMALL_BUNDLES = st.builds(
    lambda queries, rest: {"name": "b-1", "bundle": {"one": {"endpoints": queries, **rest}}},
    st.lists(_small_queries(with_links=True), min_size=1, max_size=2),
    st.fixed_dictionaries(
        {},
        optional={
            "orderBy": st.sampled_from(["a", "b", "x"]),
            "ordering": st.just("descending"),
            "limit": st.integers(1, 4),
        },
    ),
)
