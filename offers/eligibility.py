"""Whether a version can go to review: its words and its bundle must agree. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from common.language import gettext as _
from hats.bundles import (
    Bundle,
    BundleInvalid,
    destinations_of,
    endpoints_of,
    parse_bundle,
    pitfalls_of,
    project,
)
from offers import recipes
from offers.facts import Facts, use_case_problems
from offers.tables import PERSON, Field, columns_of

FEWEST_SAMPLE_PEOPLE = 2
_SAMPLE_RECORD_ID = "00000000-0000-4000-8000-000000000000"


def bundle_problems(raw: object) -> list[str]:
    """One sentence for each thing a HAT would refuse, ignore or answer with an error."""
    try:
        bundle = parse_bundle(raw)
    except BundleInvalid as fault:
        return [
            _("The definition of the data is not one a HAT reads ({fault}).").format(fault=fault)
        ]
    problems = [
        _("The definition of the data has a trap ({trap}).").format(trap=trap)
        for trap in pitfalls_of(bundle)
    ]
    if any(paths is None for paths in destinations_of(bundle).values()):
        problems.append(_("The definition takes whole records; each field must be named."))
    if any(query.links for wanted in bundle.properties.values() for query in wanted.endpoints):
        problems.append(
            _("The definition takes linked records, which no table of a file can hold.")
        )
    if not endpoints_of(bundle):
        problems.append(_("The definition reads nothing."))
    return problems


def field_problems(bundle: Bundle, fields: Iterable[Field]) -> list[str]:
    """What the dictionary leaves out or adds, against the fields that will really arrive."""
    arriving = {
        (table, path) for table, paths in destinations_of(bundle).items() for path in paths or ()
    }
    described = [(field.table, field.path) for field in fields]
    problems = [
        _("The field {field} is collected but not described.").format(field=f"{table}.{path}")
        for table, path in sorted(arriving - set(described))
    ]
    problems += [
        _("The field {field} is described but not collected.").format(field=f"{table}.{path}")
        for table, path in sorted(set(described) - arriving)
    ]
    if any(path == PERSON for _table, path in described):
        problems.append(_("No field may be called “person”: that column numbers the people."))
    return problems


def sample_problems(bundle: Bundle, sample: Sequence[Mapping[str, Any]]) -> list[str]:
    """Whether the invented answers could have come from this bundle."""
    problems = []
    if len(sample) < FEWEST_SAMPLE_PEOPLE:
        said = _("The sample needs {people} invented people or more.")
        problems.append(said.format(people=FEWEST_SAMPLE_PEOPLE))
    filled = {table for answer in sample for table, records in answer.items() if records}
    problems += [
        _("The sample has no rows of {table}.").format(table=table)
        for table in bundle.properties
        if table not in filled
    ]
    if any(_dropped(bundle, answer) for answer in sample):
        problems.append(_("The sample holds something that the definition does not ask for."))
    return problems


def stated_problems(
    facts: Facts | None,
    use_cases: Sequence[object],
    examples: Sequence[object],
    fields: Iterable[Field],
) -> list[str]:
    """What is missing or wrong in coverage, freshness, use cases and worked examples."""
    return [
        *([_("Coverage and freshness are not stated.")] if facts is None else facts.problems()),
        *use_case_problems(use_cases),
        *recipes.problems_of(examples, columns_of(fields)),
    ]


def _dropped(bundle: Bundle, answer: Mapping[str, Any]) -> int:
    enveloped = {table: list(_envelopes(bundle, table, rows)) for table, rows in answer.items()}
    return project(bundle, enveloped)[1]


def _envelopes(bundle: Bundle, table: str, rows: Iterable[Any]) -> Iterator[dict[str, object]]:
    wanted = bundle.properties.get(table)
    endpoint = wanted.endpoints[0].endpoint if wanted and wanted.endpoints else ""
    for row in rows:
        yield {"endpoint": endpoint, "recordId": _SAMPLE_RECORD_ID, "data": row}
