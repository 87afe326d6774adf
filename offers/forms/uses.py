"""The step of composing that says what an offer is good for, whom it covers, what it can answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from offers.facts import (
    LONGEST_COVERAGE,
    LONGEST_HEADLINE,
    LONGEST_USE,
    MOST_USE_CASES,
    USUAL_COVERAGE,
    coverage_as_kept,
    coverage_words,
)
from offers.recipes import Example
from offers.worked import USUAL_EXAMPLES


class UsesForm(forms.Form):
    """People and places, use cases, worked examples; all of it may be left as it is."""

    coverage = forms.CharField(
        label=_("Which people and places does it cover?"),
        max_length=LONGEST_COVERAGE,
        required=False,
        help_text=_("Whose data it is, and from where, as far as you know."),
    )
    examples = forms.MultipleChoiceField(
        label=_("Worked examples to show"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Questions that the file answers, each with a chart of the invented rows."),
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        ideas: Sequence[Example],
        part: Mapping[str, Any] | None,
        is_lenient: bool = False,
    ) -> None:
        stored = part or {}
        usual = [example.key for example in ideas[:USUAL_EXAMPLES]]
        initial = {
            "coverage": coverage_words(stored.get("coverage") or USUAL_COVERAGE),
            "examples": usual if stored.get("examples") is None else stored["examples"],
        }
        super().__init__(data, initial=initial)
        self._is_lenient, self._has_ideas = is_lenient, bool(ideas)
        self.use_required_attribute = False
        field = self.fields["examples"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(example.key, example.question) for example in ideas]
        for number in range(1, MOST_USE_CASES + 1):
            self._add_use(number, stored.get("use_cases", []))

    def _add_use(self, number: int, stored: Sequence[Mapping[str, str]]) -> None:
        use = stored[number - 1] if number <= len(stored) else {"headline": "", "text": ""}
        self.fields[f"headline_{number}"] = forms.CharField(
            label=_("Headline {number}").format(number=number),
            max_length=LONGEST_HEADLINE,
            required=False,
            initial=use["headline"],
        )
        self.fields[f"text_{number}"] = forms.CharField(
            label=_("Two sentences on headline {number}").format(number=number),
            max_length=LONGEST_USE,
            required=False,
            initial=use["text"],
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    @property
    def pairs(self) -> list[tuple[BoundField, BoundField]]:
        """Headline and text of each use case."""
        numbers = range(1, MOST_USE_CASES + 1)
        return [(self[f"headline_{number}"], self[f"text_{number}"]) for number in numbers]

    def clean(self) -> dict[str, Any]:
        super().clean()
        values = self.cleaned_data
        for number in range(1, MOST_USE_CASES + 1):
            said = [bool(values.get(f"{name}_{number}")) for name in ("headline", "text")]
            if any(said) and not all(said) and not self._is_lenient:
                missing = "text" if said[0] else "headline"
                self.add_error(f"{missing}_{number}", _("Write both, or leave both empty."))
        return values

    @property
    def part(self) -> dict[str, Any]:
        """What is said; use cases without gaps between them."""
        values = self.cleaned_data
        uses = [
            {"headline": values[f"headline_{number}"], "text": values[f"text_{number}"]}
            for number in range(1, MOST_USE_CASES + 1)
        ]
        return {
            "coverage": coverage_as_kept(values["coverage"]),
            "use_cases": [use for use in uses if use["headline"] or use["text"]],
            "examples": values["examples"] if self._has_ideas else None,
        }
