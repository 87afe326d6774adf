"""What owners and buyers send after payment."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common.language import gettext as _
from fulfilment.models import RemovalNotice


class AcceptForm(forms.Form):
    """A yes to exactly the card that was on the screen."""

    card_hash = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class RemovalForm(forms.Form):
    """Whose rows were deleted everywhere; only people who wait for it can be named."""

    notices = forms.TypedMultipleChoiceField(
        label=gettext_lazy("People whose rows you have deleted"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Mark the people whose rows you have deleted.")},
    )

    def __init__(self, *args: Any, waiting: Sequence[RemovalNotice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {str(notice.pk): notice for notice in waiting}
        field = self.fields["notices"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [
            (key, _("Person {person}").format(person=notice.person))
            for key, notice in known.items()
        ]
        field.coerce = known.__getitem__
