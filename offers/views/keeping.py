"""What shoppers keep: searches, bookmarks, shared lists, and what they looked at lately."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import current_membership, has_role, membership_for
from accounts.models import Membership, Organisation, Role, User
from common.htmx import UNPROCESSABLE
from common.language import gettext as _
from common.refusals import refused_in
from common.signing_in import log_in_to
from offers import access
from offers.actions import lists, searches
from offers.errors import TooManyKept
from offers.forms import KeepForm, RhythmForm, SavedSearchForm, search_at
from offers.forms.shop import SEARCHED_FOR
from offers.models import Bookmark, Offer, OfferList
from offers.models.keeping import LONGEST_ADDRESS
from offers.queries import keeping
from offers.views.addresses import clean, words_for
from offers.views.seen import seen


@log_in_to(gettext_lazy("Log in to see what you keep."))
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    user, tax_percent = _shopper(request), settings.FEE_TAX_PERCENT
    context = {
        "searches": keeping.searches_of(user),
        "rhythms": RhythmForm.base_fields["rhythm"].choices,  # type: ignore[attr-defined]  # a choice field
        "bookmarks": keeping.bookmarks_of(user, tax_percent=tax_percent),
        "lists": keeping.lists_of(user),
        "seen": keeping.offers_in_order(seen(request), tax_percent=tax_percent),
    }
    return render(request, "offers/saved.html", context)


@log_in_to(gettext_lazy("Log in to save this search."))
@require_http_methods(["GET", "HEAD", "POST"])
def search_new(request: HttpRequest) -> HttpResponse:
    """The address of the catalogue comes with the link, and then with the form."""
    user = _shopper(request)
    said = request.POST.get("address", "") if request.method == "POST" else request.GET.urlencode()
    address = _lasting(QueryDict(said)).urlencode()
    start = {"name": words_for(search_at(address)), "address": address}
    data = {**request.POST.dict(), "address": address} if request.method == "POST" else None
    form = SavedSearchForm(data, initial=start)
    if form.is_bound and form.is_valid():
        with refused_in(form, TooManyKept):
            searches.save_search(user=user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The search is kept. You find it here under Saved."))
            return redirect("offers:saved")
    context = {
        "form": form,
        "back": f"{reverse('offers:offer-list')}?{address}",
        "is_too_long": len(address) > LONGEST_ADDRESS,
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/search_new.html", context, status=status)


@login_not_required
@require_safe
def search_open(_request: HttpRequest, uid: UUID) -> HttpResponse:
    """The link of a mail: to the results, the newest first."""
    address = QueryDict(access.saved_search_by_link(uid).address, mutable=True)
    address["sort"] = "newest"
    return redirect(f"{reverse('offers:offer-list')}?{clean(address).urlencode()}")


@require_POST
def search_rhythm(request: HttpRequest, uid: UUID) -> HttpResponse:
    search = access.saved_search_of(_user(request), uid)
    form = RhythmForm(request.POST)
    if form.is_valid():
        searches.change_rhythm(search=search, rhythm=form.cleaned_data["rhythm"], at=timezone.now())
        messages.success(request, _("Changed for “{name}”.").format(name=search.name))
    return redirect("offers:saved")


@require_POST
def search_forget(request: HttpRequest, uid: UUID) -> HttpResponse:
    search = access.saved_search_of(_user(request), uid)
    searches.forget_search(search=search)
    sentence = _("“{name}” is forgotten. No mails will come about it.")
    messages.success(request, sentence.format(name=search.name))
    return redirect("offers:saved")


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the token is what they prove
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def search_stop(request: HttpRequest, token: str) -> HttpResponse:
    """From a mail, without logging in: looking changes nothing, the button does."""
    search = access.saved_search_to_stop(token)
    if request.method == "POST":
        searches.change_rhythm(search=search, rhythm="never", at=timezone.now())
    context = {"search": search, "is_stopped": search.rhythm == "never" or request.method == "POST"}
    return render(request, "offers/search_stop.html", context)


@log_in_to(gettext_lazy("Log in to keep this offer."))
@require_http_methods(["GET", "HEAD", "POST"])
def offer_keep(request: HttpRequest, slug: str) -> HttpResponse:
    user, offer = _shopper(request), access.offer_to_show(slug)
    organisation = _buying_for(request)
    form = _keep_form(request, user, offer, organisation)
    if form.is_bound and form.is_valid():
        values, now = form.cleaned_data, timezone.now()
        with refused_in(form, TooManyKept):
            lists.keep_offer(user=user, organisation=organisation, offer=offer, at=now, **values)
            messages.success(request, _("Changed. You find what you keep under Saved."))
            return redirect("offers:offer-detail", offer.slug)
    context = {"form": form, "offer": offer, "organisation": organisation}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "offers/offer_keep.html", context, status=status)


@require_safe
def list_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    offer_list = access.offer_list_of(_user(request), uid)
    membership = membership_for(_user(request), offer_list.organisation.slug)
    context = {
        "list": offer_list,
        "offers": keeping.offers_on(offer_list, tax_percent=settings.FEE_TAX_PERCENT),
        "can_change": has_role(membership, need=Role.BUYER),
    }
    return render(request, "offers/list_detail.html", context)


@require_POST
def list_delete(request: HttpRequest, uid: UUID) -> HttpResponse:
    offer_list = access.offer_list_of(_user(request), uid, need=Role.BUYER)
    lists.delete_list(offer_list=offer_list)
    messages.success(request, _("The list “{name}” is deleted.").format(name=offer_list.name))
    return redirect("offers:saved")


def _lasting(query: QueryDict) -> QueryDict:
    """What is searched for, without order and page, and what no search reads."""
    address = clean(query)
    for name in [*address]:
        read = [value for value in address.getlist(name) if "\0" not in value]
        if read and name in SEARCHED_FOR:
            address.setlist(name, read)
        else:
            address.pop(name)
    return address


def _keep_form(
    request: HttpRequest, user: User, offer: Offer, organisation: Organisation | None
) -> KeepForm:
    theirs, on = OfferList.objects.none(), OfferList.objects.none()
    if organisation:
        theirs = organisation.offer_lists.order_by("name", "pk")
        on = keeping.lists_with(offer, organisation=organisation)
    is_marked = Bookmark.objects.filter(user=user, offer=offer).exists()
    start = {"bookmark": is_marked or not on, "lists": on}  # kept nowhere: begin with one's own
    return KeepForm(request.POST if request.method == "POST" else None, lists=theirs, initial=start)


def _buying_for(request: HttpRequest) -> Organisation | None:
    """The organisation for which the person may change shared lists, if any."""
    if not _user(request).memberships.exists():
        return None
    membership: Membership = current_membership(request)
    return membership.organisation if has_role(membership, need=Role.BUYER) else None


def _shopper(request: HttpRequest) -> User:
    return access.require_shopper(_user(request))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
