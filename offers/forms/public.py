"""Words that everybody reads: questions, reviews, and the answers to both."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

NO_CONTACTS = _(
    "No links, e-mail addresses or telephone numbers here, please: everybody can read this, and"
    " what you agree on this market is protected by it."
)
# Endings that are no words count in any case. The others stand behind a full stop as well
# (“UTC.No”), and “.info” or “.name” in the path of a field.
_LINK = re.compile(
    r"(?i:://|\bwww\.|[\w-]{2,}\.(?:com|org|net|edu|gov|eu|uk|de|biz)\b)(?!\.\w)"
    r"|[\w-]{2,}\.(?:io|co|app|dev|ai|fr|nl|at|ch|ie|es|pl|se|no|dk|be)\b(?!\.?\w)"
)
_ADDRESS = re.compile(r"@\w|\bmailto:", re.IGNORECASE)
# Dates look like numbers to dial: they are taken out first.
_DATE = re.compile(
    r"\b(?:(?:19|20)\d\d([./-])\d{1,2}\1\d{1,2}|\d{1,2}([./-])\d{1,2}\2(?:(?:19|20)\d\d|\d\d))\b"
)
_TELEPHONE = re.compile(
    r"(?<![\d.,:/-])(?:\+\s?\d|\(?0\d)(?:[\s().\/-]{0,3}\d){6,}|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b"
)
_BLANK_LINES = re.compile(r"\n{3,}")
_KEPT = "\n\0"  # a line break; and NUL, which the field itself refuses in words
_UNSEEN = {"Cc", "Cf", "Co", "Cs"}  # controls, directions, joiners: nothing anybody reads


class PublicLine(forms.CharField):
    """A line for everybody, without ways around the market."""

    def to_python(self, value: object) -> str:
        """Leave out what nobody sees, and breaks of lines beyond a paragraph’s."""
        text = super().to_python(value) or ""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        seen = "".join(
            sign for sign in lines if sign in _KEPT or unicodedata.category(sign) not in _UNSEEN
        )
        return _BLANK_LINES.sub("\n\n", unicodedata.normalize("NFC", seen)).strip()

    def validate(self, value: str) -> None:
        super().validate(value)
        plain = unicodedata.normalize("NFKC", value)  # a wide ＠ is an @ too
        without_dates = _DATE.sub(" ", plain)
        if _LINK.search(plain) or _ADDRESS.search(plain) or _TELEPHONE.search(without_dates):
            raise forms.ValidationError(NO_CONTACTS, code="contacts")


class PublicWords(PublicLine):
    """A text for everybody: long enough to mean something, and without ways around the market."""

    def __init__(self, *, shortest: int, longest: int, rows: int, **kwargs: Any) -> None:
        super().__init__(
            min_length=shortest,
            max_length=longest,
            widget=forms.Textarea(attrs={"rows": rows}),
            **kwargs,
        )
