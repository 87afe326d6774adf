"""What anybody may read of an organisation that has offers on the shelf."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.db.models import ExpressionWrapper, F, IntegerField, QuerySet, Value

from accounts.constants import country_name
from accounts.models import Organisation, OrganisationStatus
from common.language import gettext as _
from common.templatetags.ui import date_long
from offers.models import Offer
from offers.queries.catalogue import offers_on_sale

Fact = Mapping[str, str]


def facts(organisation: Organisation) -> list[Fact]:
    """Who it is, where, how far we know it, since when; no person and no e-mail address."""
    place = f"{organisation.city}, {country_name(organisation.country)}"
    kind = _(organisation.kind) if organisation.kind else ""
    return [
        {"label": _("What it is"), "value": kind},
        {"label": _("Place"), "value": place},
        _standing(organisation),
        {"label": _("On the market since"), "value": date_long(organisation.created_at)},
    ]


def _standing(organisation: Organisation) -> Fact:
    label = _("What we know of it")
    if organisation.status == OrganisationStatus.SUSPENDED:
        note = _("it cannot order or publish now")
        return {"label": label, "value": _("Suspended"), "note": note}
    if organisation.status == OrganisationStatus.VERIFIED and organisation.verified_at:
        note = _("its registration, on {day}").format(day=date_long(organisation.verified_at))
        return {"label": label, "value": _("Checked"), "note": note}
    note = _("we have not seen its registration")
    return {"label": label, "value": _("Not checked yet"), "note": note}


def site_name(organisation: Organisation) -> str:
    """The host of its website, as the words of the link; empty for anything but a web page."""
    parts = urlsplit(organisation.website)
    return parts.hostname or "" if parts.scheme in {"http", "https"} else ""


def offers_of(organisation: Organisation, *, tax_percent: int) -> QuerySet[Offer]:
    """Its offers on sale as cards show them, the newest first."""
    offers = with_price(offers_on_sale().filter(publisher=organisation), tax_percent=tax_percent)
    return offers.order_by("-current_version__published_at", "-pk")


def with_price(offers: QuerySet[Offer], *, tax_percent: int) -> QuerySet[Offer]:
    """With what cards show: version, subject and ``price`` for one person."""
    fee = F("current_version__fee_minor_units")
    tax = (fee * Value(tax_percent) + Value(99)) / Value(100)  # rounded up: offers.pricing
    price = F("current_version__reward_minor_units") + fee + tax
    return offers.select_related("current_version", "category").annotate(
        price=ExpressionWrapper(price, output_field=IntegerField())
    )
