"""Private offers: whoever has a code is led to the offer."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from common.errors import NotFound
from common.htmx import UNPROCESSABLE
from offers import access
from offers.forms.compose import CodeForm


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def private_offer(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            offer = access.offer_by_code(form.cleaned_data["code"])
        except NotFound as refusal:
            form.add_error("code", refusal.sentence)
        else:
            return redirect("offers:offer-detail", offer.slug)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/compose/private_offer.html", {"form": form}, status=status)
