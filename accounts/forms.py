"""What people type about themselves and their organisations."""

from decimal import Decimal

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.constants import ORGANISATION_KINDS, SUSPENSION_REASONS, by_name
from accounts.models import OrganisationStatus, Role, User
from common import language
from common.fields import AmountField
from common.money import Money


class WebsiteField(forms.URLField):
    """Takes ``tidewater.example`` as people say it; a browser's own check would insist on more."""

    def __init__(self) -> None:
        keys = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"})
        super().__init__(required=False, label=_("Website"), assume_scheme="https", widget=keys)


class SignupExtras(forms.Form):
    """Asked beside e-mail and password when signing up."""

    name = forms.CharField(
        max_length=120,
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002  # allauth's shape
        """Called by allauth once the person exists."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class OrganisationForm(forms.Form):
    """Who buys. HAT owners read this on each card, so it is asked in full."""

    name = forms.CharField(
        max_length=120,
        label=_("Name of the organisation"),
        help_text=_("As it is registered; HAT owners read it on every card."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[("", _("Please choose")), *((kind, _(kind)) for kind in ORGANISATION_KINDS)],
    )
    city = forms.CharField(max_length=80, label=_("Town or city"))
    country = forms.ChoiceField(
        label=_("Country"),
        choices=by_name,
        initial="GB",
        help_text=_("Data stays where people’s rights are protected, so the list is a closed one."),
    )
    registration = forms.CharField(
        max_length=80,
        required=False,
        label=_("Registration number"),
        help_text=_("Charity or company number. With it we can verify you sooner."),
    )
    website = WebsiteField()
    contact_email = forms.EmailField(
        label=_("Contact e-mail"),
        help_text=_("Shown on the pages of your offers: take an address of the organisation."),
    )


class SettingsForm(forms.Form):
    """What an owner may change without being verified again."""

    approval_above = AmountField(
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(1_000_000),
        decimal_places=2,
        label=_("Orders above this amount need an approver (£)"),
        help_text=_("Leave it empty if buyers may order without one."),
    )
    contact_email = forms.EmailField(
        label=_("Contact e-mail"),
        help_text=_(
            "Where messages about your offers go: take an address of the organisation."
            " People you ask for data see it in what they agree to."
        ),
    )
    shows_address = forms.BooleanField(
        required=False,
        label=_(
            "Show this address to every visitor of your offers; otherwise they write in a form"
        ),
    )
    website = WebsiteField()

    def clean_approval_above(self) -> Money | None:
        """Pounds to money."""
        pounds: Decimal | None = self.cleaned_data["approval_above"]
        return None if pounds is None else Money(int(pounds * 100), settings.CURRENCY)


class InvitationForm(forms.Form):
    """A seat for a colleague."""

    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("The link works once, for 72 hours, and only for this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.BUYER)

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class LanguageForm(forms.Form):
    """In which language somebody reads."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


class SwitchForm(forms.Form):
    """Which of the person's organisations the session is about."""

    organisation = forms.SlugField(max_length=60)


class SuspensionForm(forms.Form):
    """Why an organisation is suspended; it reads the words itself."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(code, _(words)) for code, words in SUSPENSION_REASONS.items()],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        max_length=400,
        label=_("In your words"),
        help_text=_("The organisation reads this. Say what would settle the matter."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def sentence_in(self, code: str) -> str:
        """The reason from the list, in the language of who reads it, then the moderator's words."""
        words = SUSPENSION_REASONS[self.cleaned_data["reason"]]
        with language.override(code):
            reason = language.gettext(words)
        return f"{reason}. {self.cleaned_data['words']}"


class OrganisationSearchForm(forms.Form):
    """Filters of the moderators' list."""

    status = forms.ChoiceField(
        required=False, choices=[("", _("All")), *OrganisationStatus.choices], label=_("Status")
    )
    q = forms.CharField(required=False, max_length=80, label=_("Name or registration"))
