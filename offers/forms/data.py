"""What moderators type about the data catalogue, and what anybody searches in it."""

import codecs
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from offers.datafiles import DataFileInvalid, SourceFacts, read_file
from offers.models import DataField

LARGEST_FILE = 1_000_000  # bytes; the catalogue of today has a tenth of it
_MARKS = (
    ("ID", _("Names a person or an account")),
    ("LOC", pgettext_lazy("kind of data", "Places")),
    ("HEALTH", _("Health")),
    ("FIN", _("Money")),
    ("DEM", _("Age, gender, origin, language")),
    ("SOC", _("What somebody wrote, or whom they know")),
    ("PREF", _("Tastes and interests")),
    ("TIME", _("Daily routine")),
    ("3P", _("Other people")),
)


class FieldForm(forms.Form):
    """One field of the data catalogue in the words and marks that moderators keep."""

    name = forms.CharField(label=_("Name"), max_length=60)
    meaning = forms.CharField(
        label=_("What it means"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    marks = forms.MultipleChoiceField(
        label=_("What it can reveal"),
        required=False,
        choices=_MARKS,
        widget=forms.CheckboxSelectMultiple,
    )
    is_special = forms.BooleanField(
        label=_("Special category (GDPR article 9): the smallest group is 50"), required=False
    )
    is_precise_location = forms.BooleanField(label=_("Precise location"), required=False)
    may_be_missing = forms.BooleanField(label=_("May be empty"), required=False)
    kept_back = forms.CharField(
        label=_("Why no offer may take it"),
        max_length=200,
        required=False,
        help_text=_("Empty: offers may take it."),
    )

    @classmethod
    def of(cls, field: DataField, data: QueryDict | None = None) -> "FieldForm":
        """The form filled with what is said now."""
        names = [name for name in cls.base_fields if name != "marks"]
        initial = {name: getattr(field, name) for name in names}
        return cls(data, initial=initial | {"marks": field.sensitivity.split()})

    def changes(self) -> dict[str, Any]:
        """Only what was changed, by the names of the columns."""
        values = dict(self.cleaned_data)
        values["sensitivity"] = " ".join(values.pop("marks"))
        changed = {"sensitivity" if name == "marks" else name for name in self.changed_data}
        return {name: value for name, value in values.items() if name in changed}


class WholeFileForm(forms.Form):
    """A file that replaces all there is, or its text from the page that showed the differences.

    ``reader`` makes ``content`` of the text, or raises ``DataFileInvalid`` with every fault of it.
    """

    reader: ClassVar["staticmethod[[str], Any]"]
    content: Any

    file = forms.FileField(
        label=_("File"),
        help_text=_("As the button above writes it."),
        error_messages={"required": _("Choose a file first.")},
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not (self.is_bound and self.data.get("text"))

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.errors:
            return self.cleaned_data
        text = self._text()
        if self.errors:
            return self.cleaned_data
        try:
            self.content = type(self).reader(text)
        except DataFileInvalid as refusal:
            for fault in refusal.faults:
                self.add_error("file", fault)
        return self.cleaned_data | {"text": text}

    def _text(self) -> str:
        upload = self.cleaned_data.get("file")
        if upload is None:
            return str(self.cleaned_data.get("text") or "")
        if upload.size > LARGEST_FILE:
            self.add_error("file", _("The file is larger than a megabyte."))
            return ""
        try:
            return _decoded(upload.read())
        except UnicodeDecodeError:
            said = _("Its letters cannot be read. Save the file as UTF-8, and choose it again.")
            self.add_error("file", said)
            return ""


def _decoded(content: bytes) -> str:
    """The text, with or without the mark that editors of Windows put before it."""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_wide else "utf-8-sig")


class DataFileForm(WholeFileForm):
    """The whole data catalogue."""

    reader = staticmethod(read_file)

    @property
    def sources(self) -> list[SourceFacts]:
        """What the file says."""
        return list(self.content)
