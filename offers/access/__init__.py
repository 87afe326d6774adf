"""Who may see, write and decide about offers: loaders that return the row, or raise."""

from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet

from accounts.access import membership_for, require_moderator
from accounts.models import Membership, Organisation, OrganisationStatus, Role, User
from common.errors import NotFound
from common.language import gettext as _
from common.language import gettext_noop
from offers.errors import OwnWork
from offers.models import (
    Category,
    DataField,
    DataRequest,
    DataRequestStatus,
    DataSource,
    Feature,
    Offer,
    OfferDraft,
    OfferList,
    OfferVersion,
    OfferVersionStatus,
    SavedSearch,
    Synonym,
)

_NO_CODE = gettext_noop(
    "We found no offer of that code. Ask whoever gave it to you: codes can be renewed."
)
_NO_SEARCH = gettext_noop("This search is no longer kept.")
_NO_OFFER = gettext_noop("We found no offer at this address. It may have been taken off the shelf.")

_stopping = Signer(salt="offers.search_stop")


def offer_to_show(slug: str) -> Offer:
    """An offer that has been published, on sale or paused, with all that its page names.

    :raises NotFound: there is none of that name, or nothing of it was published yet.
    """
    return _published(Offer.objects.filter(slug=slug))


def offer_by_reference(reference: str) -> Offer:
    """As ``offer_to_show``, by the reference that people read out.

    :raises NotFound: as there.
    """
    found = Offer.objects.filter(reference=reference.upper(), invitation_code=None)
    return _published(found)


def offer_by_code(code: str) -> Offer:
    """A private offer, by the code that its publisher gave away, however it was typed.

    :raises NotFound: there is none of that code, or nothing of it was published yet.
    """
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    if not plain:
        raise NotFound(_(_NO_CODE))
    try:
        return _published(Offer.objects.filter(invitation_code=plain))
    except NotFound:
        raise NotFound(_(_NO_CODE)) from None


def slug_of_code(code: str) -> str:
    """Where a private offer stands: whoever knows its code knows its address, and nobody else."""
    return f"invited-{code.lower()}"


def may_be_led_to(user: User, offer: Offer) -> bool:
    """Whether a page may link to the offer.

    The address of a private one is made of its code, and the code of today may be another than
    the one somebody was given: such a link is for its publisher and moderators.
    """
    if not offer.is_private or user.is_moderator:
        return True
    return user.memberships.filter(organisation=offer.publisher_id).exists()


def require_private(offer: Offer) -> None:
    """:raises NotFound: the offer is for everybody and has no code."""
    if not offer.is_private:
        raise NotFound(_("This offer has no code: everybody finds it."))


def private_offer_of(draft: OfferDraft) -> Offer:
    """The private offer of a draft.

    :raises NotFound: nothing was handed in, or the offer is for everybody.
    """
    if draft.offer is None:
        raise NotFound(_("Nothing of this draft was handed in yet, so it has no code."))
    require_private(draft.offer)
    return draft.offer


def draft_for(user: User, reference: str) -> OfferDraft:
    """A draft, with organisation and offer, for an owner of the organisation.

    :raises NotFound: no such draft, or another organisation's.
    :raises NotAllowed: a member with a lesser role.
    """
    found = (
        OfferDraft.objects.select_related("organisation", "offer__current_version")
        .filter(reference=reference)
        .first()
    )
    if (
        found is None
        or not Membership.objects.filter(user=user, organisation=found.organisation_id).exists()
    ):
        raise NotFound(_("We found no such draft among those of your organisations."))
    membership_for(user, found.organisation.slug, need=Role.OWNER)
    return found


def offer_to_start_from(user: User, reference: str) -> Offer:
    """A published offer whose definition may be copied: a public one, or one's own.

    :raises NotFound: there is none of that reference, or it is another organisation's secret.
    """
    own = Q(publisher__memberships__user=user, publisher__memberships__role=Role.OWNER)
    found = Offer.objects.filter(Q(invitation_code=None) | own, reference=reference.upper())
    return _published(found.distinct())


def publisher(slug: str) -> Organisation:
    """An organisation that has published an offer: only such have anything public.

    :raises NotFound: none of that name, or nothing of it was ever on the shelf.
    """
    organisation = (
        Organisation.objects.filter(
            slug=slug, offers__current_version__isnull=False, offers__invitation_code=None
        )
        .distinct()
        .first()
    )
    if organisation is None:
        raise NotFound(_("We found no organisation with offers at this address."))
    return organisation


def _published(offers: QuerySet[Offer]) -> Offer:
    offer = (
        offers.filter(current_version__isnull=False)
        .select_related("current_version", "category", "publisher")
        .first()
    )
    if offer is None:
        raise NotFound(_(_NO_OFFER))
    return offer


def topic(slug: str) -> Category:
    """A subject of the shelf.

    :raises NotFound: there is none of that name.
    """
    category = Category.objects.filter(slug=slug).first()
    if category is None:
        raise NotFound(_("There is no such topic."))
    return category


def version_to_review(user: User, reference: str, *, number: int) -> OfferVersion:
    """A submitted version, for a moderator.

    :raises NotFound: not a moderator, or no such version waits for a decision.
    """
    require_moderator(user)
    version = (
        OfferVersion.objects.select_related("offer__category", "offer__publisher", "created_by")
        .filter(offer__reference=reference, number=number, status=OfferVersionStatus.SUBMITTED)
        .first()
    )
    if version is None:
        raise NotFound(
            _("No such version waits for a decision. Somebody may have decided already.")
        )
    return version


def version_decided(user: User, reference: str, *, number: int) -> OfferVersion | None:
    """A version about which somebody has decided, for a moderator who comes too late.

    :raises NotFound: not a moderator.
    """
    require_moderator(user)
    undecided = (OfferVersionStatus.DRAFT, OfferVersionStatus.SUBMITTED)
    versions = OfferVersion.objects.filter(offer__reference=reference, number=number)
    return versions.exclude(status__in=undecided).first()


def data_source(namespace: str) -> DataSource:
    """A source of the data catalogue.

    :raises NotFound: there is none of that name.
    """
    found = DataSource.objects.filter(namespace=namespace).first()
    if found is None:
        raise NotFound(_("We know no such source of data."))
    return found


def data_field_to_edit(user: User, pk: int) -> DataField:
    """A field of the data catalogue, with its endpoint, for a moderator.

    :raises NotFound: not a moderator, or no such field.
    """
    require_moderator(user)
    found = DataField.objects.select_related("endpoint__source").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("We found no such field."))
    return found


def synonym_to_edit(user: User, pk: int) -> Synonym:
    """A word that finds others, for a moderator.

    :raises NotFound: not a moderator, or no such word.
    """
    require_moderator(user)
    found = Synonym.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This word is no longer among the synonyms."))
    return found


def feature_to_remove(user: User, pk: int) -> Feature:
    """An offer on the home page, for a moderator.

    :raises NotFound: not a moderator, or it is not there any more.
    """
    require_moderator(user)
    found = Feature.objects.select_related("offer").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("The home page does not show this offer any more."))
    return found


def require_drafter(user: User | None, *, publisher: Organisation | None) -> None:
    """An owner of the publishing organisation; for the market's own shelf, a moderator.

    :param user: ``None`` is the market itself, from the command line.
    :raises NotFound: not a member of it, or not a moderator.
    :raises NotAllowed: a member with a lesser role.
    """
    if user is None:
        return
    if publisher is None:
        require_moderator(user)
    else:
        membership_for(user, publisher.slug, need=Role.OWNER)


def require_seller(user: User | None, *, offer: Offer) -> None:
    """Whoever may take the offer off the shelf and back: its publisher's owner or a moderator.

    :raises NotFound: neither of them.
    :raises NotAllowed: a member of the publisher with a lesser role.
    """
    if user is not None and not user.is_moderator:
        require_drafter(user, publisher=offer.publisher)


def require_decider(user: User | None, *, version: OfferVersion) -> None:
    """A moderator who neither wrote the version nor belongs to its publisher.

    :param user: ``None`` is the market itself, from the command line.
    :raises NotFound: not a moderator.
    :raises OwnWork: it is this moderator's own, or their organisation's.
    """
    if user is None:
        return
    require_moderator(user)
    publisher = version.offer.publisher_id
    is_own = version.created_by_id == user.pk or (
        publisher is not None
        and Membership.objects.filter(user=user, organisation_id=publisher).exists()
    )
    if is_own:
        raise OwnWork(
            _("This version is your own or your organisation’s: another moderator decides.")
        )


def require_shopper(user: User) -> User:
    """Somebody with an address: HAT owners have no use for what shoppers keep.

    :raises NotFound: a HAT owner.
    """
    if not user.email:
        raise NotFound(_("There is no such page."))
    return user


def saved_search_of(user: User, uid: UUID) -> SavedSearch:
    """:raises NotFound: this person keeps no such search."""
    return _one_search(require_shopper(user).saved_searches.filter(uid=uid))


def saved_search_by_link(uid: UUID) -> SavedSearch:
    """For who has the link of a mail to the results: its secret is the search's own number.

    :raises NotFound: there is none (any more).
    """
    return _one_search(SavedSearch.objects.filter(uid=uid))


def stop_token(search: SavedSearch) -> str:
    """What a mail about the search carries: signed, and good for stopping these mails only."""
    return _stopping.sign(str(search.uid))


def saved_search_to_stop(token: str) -> SavedSearch:
    """For who has the token of a mail.

    :raises NotFound: it is not one of ours, or the search is no longer kept.
    """
    try:
        uid = UUID(_stopping.unsign(token))
    except (BadSignature, ValueError):
        raise NotFound(_(_NO_SEARCH)) from None
    return saved_search_by_link(uid)


def _one_search(searches: QuerySet[SavedSearch]) -> SavedSearch:
    search = searches.first()
    if search is None:
        raise NotFound(_(_NO_SEARCH))
    return search


def offer_list_of(user: User, uid: UUID, *, need: Role = Role.VIEWER) -> OfferList:
    """A shared list of one of the person's organisations.

    :raises NotFound: no such list among theirs.
    :raises NotAllowed: a member with a lesser role.
    """
    offer_list = OfferList.objects.select_related("organisation").filter(uid=uid).first()
    if offer_list is None:
        raise NotFound(_("We found no such list among your organisation’s."))
    membership_for(user, offer_list.organisation.slug, need=need)
    return offer_list


def publishers() -> QuerySet[Organisation]:
    """Organisations that have published an offer and are not suspended."""
    published = Organisation.objects.filter(offers__current_version__isnull=False)
    return published.exclude(status=OrganisationStatus.SUSPENDED).distinct()


def publishing_organisations(user: User) -> QuerySet[Organisation]:
    """Those of them that the person owns."""
    return publishers().filter(memberships__user=user, memberships__role=Role.OWNER)


def data_request_to_see(user: User, reference: str) -> DataRequest:
    """For moderators, members of who asked, and, while it is open, for publishers.

    :raises NotFound: none of these, or no such request.
    """
    request = (
        DataRequest.objects.select_related("organisation", "asked_by", "offer__current_version")
        .filter(reference=reference)
        .first()
    )
    if request is None or not _may_see(user, request):
        raise NotFound(_("We found no such request."))
    return request


def _may_see(user: User, request: DataRequest) -> bool:
    if user.is_moderator or user.memberships.filter(organisation=request.organisation_id).exists():
        return True
    return request.status == DataRequestStatus.OPEN and publishing_organisations(user).exists()


def membership_of_request(user: User, request: DataRequest, *, need: Role) -> Membership:
    """The person's membership of the organisation that asked.

    :raises NotFound: not a member of it.
    :raises NotAllowed: a member with a lesser role.
    """
    return membership_for(user, request.organisation.slug, need=need)
