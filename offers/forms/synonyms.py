"""What moderators type about words that find other words."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from offers.forms.data import WholeFileForm
from offers.models import Synonym
from offers.queries.synonyms import group_as_kept
from offers.synonyms import LONGEST_WORD, Group, faults_of, group_of, read_file


class SynonymForm(forms.Form):
    """One word, and what else it finds."""

    word = forms.CharField(
        label=_("What people type"),
        max_length=200,
        help_text=format_lazy(
            _("A word or a phrase of at most {number} characters, such as steps."),
            number=LONGEST_WORD,
        ),
    )
    found = forms.CharField(
        label=_("What else it finds"),
        max_length=2_000,
        help_text=_("Words with commas between them, such as activity, walking."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    group: Group

    @classmethod
    def of(cls, row: Synonym | None, data: QueryDict | None = None) -> "SynonymForm":
        """The form filled with what is said now."""
        said = {"word": row.word, "found": group_as_kept(row).found} if row else {}
        return cls(data, initial=said)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors:
            values = self.cleaned_data
            self.group = group_of(values["word"], values["found"])
            for fault in faults_of(self.group):
                self.add_error(None, fault)
        return self.cleaned_data


class SynonymFileForm(WholeFileForm):
    """All groups as a file, or as the text of the page that showed its differences."""

    reader = staticmethod(read_file)

    @property
    def groups(self) -> list[Group]:
        """What the file says."""
        return list(self.content)
