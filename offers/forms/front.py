"""What moderators type about the front of the market."""

from django import forms
from django.utils.translation import gettext_lazy as _

from offers.forms.shop import AnswerForm


class FeatureForm(AnswerForm):
    """An offer, and the last day on which the home page shows it."""

    until = forms.DateField(
        label=_("Last day on the home page"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
