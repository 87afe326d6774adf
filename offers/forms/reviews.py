"""What people write in reviews, about them, and in answer to them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from common.language import gettext_noop
from offers.actions.reviews import Opinion
from offers.forms.public import PublicLine, PublicWords
from offers.models import Purpose, Review, ReviewAnswer, described

SHORTEST, LONGEST = 20, 2_000


def _stars(label: str, *, required: bool = False) -> forms.TypedChoiceField:
    choices = [
        (str(one.value), format_lazy("{} \N{MIDDLE DOT} {}", one.value, one.label))
        for one in Review.Stars
    ]
    if required:
        return forms.TypedChoiceField(
            choices=choices, coerce=int, label=_(label), widget=forms.RadioSelect
        )
    return forms.TypedChoiceField(
        choices=[("", _("No answer")), *choices],
        coerce=int,
        empty_value=None,
        required=False,
        label=_(label),
    )


def _words(label: str, *, help_text: str, rows: int) -> PublicWords:
    return PublicWords(
        label=_(label), shortest=SHORTEST, longest=LONGEST, rows=rows, help_text=_(help_text)
    )


class ReviewForm(forms.Form):
    """What an organisation says of an offer whose data it got."""

    stars = _stars(gettext_noop("All in all"), required=True)
    as_described = _stars(gettext_noop("Was the data as described?"))
    completeness = _stars(gettext_noop("How complete was it?"))
    ease = _stars(gettext_noop("How easy was it to use?"))
    headline = PublicLine(max_length=80, label=_("In one line"))
    text = _words(
        gettext_noop("What others should know"),
        help_text=gettext_noop(
            "Never write anything from the data about a person, not even without a name."
            " 20 to 2,000 characters; no links, mail addresses or telephone numbers."
        ),
        rows=6,
    )
    used_for = forms.ChoiceField(
        choices=[("", _("Not said")), *Purpose.choices],
        required=False,
        label=_("What you used it for"),
    )
    shows_name = forms.BooleanField(required=False)

    def __init__(
        self, data: QueryDict | None, *, organisation: Organisation, former: Review | None
    ) -> None:
        """:param former: what the organisation said last: where the form begins."""
        start = {name: getattr(former, name) for name in self.base_fields} if former else {}
        super().__init__(data, initial=start)
        shown = self.fields["shows_name"]
        shown.label = _("Show our name, {organisation}").format(organisation=organisation.name)
        shown.help_text = _(
            "Otherwise the review says only: {organisation}. Names of people are never shown."
        ).format(organisation=described(organisation))

    def opinion(self) -> Opinion:
        """The valid form as what is said."""
        return Opinion(**self.cleaned_data)


class ReportForm(forms.Form):
    """Why a moderator should look at a review again."""

    reason = forms.CharField(
        max_length=512,
        label=_("What is wrong with it"),
        help_text=_("Only moderators read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReviewAnswerForm(forms.Form):
    """What the publisher says to a review."""

    text = _words(
        gettext_noop("Your answer"),
        help_text=gettext_noop(
            "20 to 2,000 characters; no links, mail addresses or telephone numbers."
        ),
        rows=5,
    )


class VerdictForm(forms.Form):
    """A moderator’s decision; what is not shown needs a reason."""

    SHOW, TAKE_DOWN, LEAVE = "show", "take_down", "leave"

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        choices=[(SHOW, SHOW), (TAKE_DOWN, TAKE_DOWN), (LEAVE, LEAVE)], label=_("Decision")
    )
    reason = forms.CharField(
        max_length=512,
        required=False,
        label=_("Reason, told to who wrote it"),
        help_text=_("Only needed if it is not to be shown."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        status: str = "",
        prefix: str | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """:param status: of what is decided about, as the page shows it."""
        super().__init__(data, prefix=prefix, initial={"seen": status, **(initial or {})})

    def is_about(self, status: str) -> bool:
        """Whether the page showed what is decided about in the status that it has."""
        return (self.cleaned_data["seen"] or status) == status

    def clean(self) -> None:
        takes_down = self.cleaned_data.get("decision") == self.TAKE_DOWN
        if takes_down and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Please say why."))


class AnswerVerdictForm(VerdictForm):
    """The decision about one answer: the one that the moderator has read."""

    about = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, newest: ReviewAnswer | None) -> None:
        start = {"about": newest.pk} if newest else {}
        status = newest.status if newest else ""
        super().__init__(data, prefix="answer", initial=start, status=status)
