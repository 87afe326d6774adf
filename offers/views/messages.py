"""Messages to publishers: the form, and the page of whoever may read one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import current_membership
from accounts.http import MarketplaceRequest
from accounts.models import Organisation
from common.errors import DomainError
from common.htmx import UNPROCESSABLE
from common.language import gettext as _
from common.signing_in import log_in_to
from offers.access import may_be_led_to, offer_to_show, publisher
from offers.access import messages as access
from offers.actions import messages as actions
from offers.forms.messages import MessageForm
from offers.models import Offer


@log_in_to(gettext_lazy("Log in to write to the publisher."))
@require_http_methods(["GET", "HEAD", "POST"])
def offer_write(request: MarketplaceRequest, slug: str) -> HttpResponse:
    """About one offer, to its publisher; for the market's own shelf, to the moderators."""
    current_membership(request)
    offer = offer_to_show(slug)
    return _write(request, offer.publisher, offer=offer)


@log_in_to(gettext_lazy("Log in to write to the publisher."))
@require_http_methods(["GET", "HEAD", "POST"])
def publisher_write(request: MarketplaceRequest, slug: str) -> HttpResponse:
    current_membership(request)
    return _write(request, publisher(slug), offer=None)


@require_safe
def message(request: MarketplaceRequest, reference: str) -> HttpResponse:
    found = access.message_to_see(request.user, reference)
    can_report = not found.reported_at and access.is_reader(request.user, found)
    can_open = found.offer is not None and may_be_led_to(request.user, found.offer)
    context = {"message": found, "can_open": can_open, "can_report": can_report}
    return render(request, "offers/message.html", context)


@require_POST
def message_report(request: MarketplaceRequest, reference: str) -> HttpResponse:
    found = access.message_to_see(request.user, reference)
    actions.report_message(message=found, by=request.user, at=timezone.now())
    messages.success(request, _("Reported. Moderators can read the message now."))
    return redirect("offers:message", found.reference)


def _write(
    request: MarketplaceRequest, publisher: Organisation | None, *, offer: Offer | None
) -> HttpResponse:
    membership = current_membership(request)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            sent = actions.write_message(
                membership=membership,
                publisher=publisher,
                offer=offer,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except DomainError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Sent. An answer comes to your e-mail address."))
            return redirect("offers:message", sent.reference)
    context = {
        "form": form,
        "publisher": publisher,
        "offer": offer,
        "organisation": membership.organisation,
        "back": _back(publisher, offer),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/message_new.html", context, status=status)


def _back(publisher: Organisation | None, offer: Offer | None) -> str:
    if offer is not None:
        return reverse("offers:offer-detail", args=[offer.slug])
    assert publisher
    return reverse("offers:publisher", args=[publisher.slug])
