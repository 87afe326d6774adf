"""An organisation is opened, and its settings are changed."""

import secrets
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts import access, audit
from accounts.audit import Action
from accounts.models import Membership, Organisation, Role, User
from common.errors import NotFound
from common.language import gettext as _
from common.money import Money

_SLUG_LENGTH = 50  # the column takes 60; a suffix may follow


class OrganisationFacts(TypedDict):
    """What an organisation says about itself; moderators check it."""

    name: str
    kind: str
    city: str
    country: str
    website: str
    contact_email: str
    registration: str


@transaction.atomic
def create_organisation(
    *, by: User, at: datetime, **facts: Unpack[OrganisationFacts]
) -> Organisation:
    """Open an organisation, not verified yet, with ``by`` as its owner.

    The same person opening the same name twice (a double click, two tabs) gets the first one.

    :raises NotFound: a HAT owner or a moderator; neither buys.
    """
    require_may_open(by)
    User.objects.select_for_update().get(pk=by.pk)
    mine = Organisation.objects.filter(
        name__iexact=facts["name"], memberships__user=by, memberships__role=Role.OWNER
    )
    existing = mine.order_by("pk").first()
    return existing or _create(by, facts, at=at)


def require_may_open(user: User) -> None:
    """:raises NotFound: a HAT owner or a moderator; neither buys."""
    if not user.email or user.is_moderator:
        raise NotFound(_("There is no such page."))


def _create(by: User, facts: OrganisationFacts, *, at: datetime) -> Organisation:
    organisation = _with_free_slug(facts, at=at)
    member = Membership.objects.create(
        user=by, organisation=organisation, role=Role.OWNER, joined_at=at
    )
    audit.record(
        Action.ORGANISATION_CREATED,
        organisation,
        at=at,
        actor=by,
        organisation=organisation,
        now=organisation.status,
    )
    audit.record(
        Action.MEMBER_JOINED, member, at=at, actor=by, organisation=organisation, role=Role.OWNER
    )
    return organisation


def _with_free_slug(facts: OrganisationFacts, *, at: datetime) -> Organisation:
    """Take the plain slug if it is free; the database decides, also between two at once."""
    plain = slugify(facts["name"])[:_SLUG_LENGTH] or "organisation"
    try:
        with transaction.atomic():
            return Organisation.objects.create(slug=plain, created_at=at, **facts)
    except IntegrityError:
        unique = f"{plain}-{secrets.token_hex(4)}"
        return Organisation.objects.create(slug=unique, created_at=at, **facts)


@transaction.atomic
def change_settings(
    *,
    by: Membership,
    approval_above: Money | None,
    contact_email: str,
    shows_address: bool,
    website: str,
    at: datetime,
) -> None:
    """Change what an owner may change without being verified again.

    :param approval_above: orders above this need an approver; ``None``: no order does.
    :raises NotAllowed: not an owner any more, or the organisation is suspended.
    """
    organisation = Organisation.objects.select_for_update().get(pk=by.organisation_id)
    access.require(by, need=Role.OWNER)
    limit = None if approval_above is None else approval_above.minor_units
    organisation.approval_above_minor_units = limit
    organisation.contact_email, organisation.website = contact_email, website
    organisation.shows_address = shows_address
    fields = ["approval_above_minor_units", "contact_email", "shows_address", "website"]
    organisation.save(update_fields=fields)
    audit.record(
        Action.ORGANISATION_CHANGED,
        organisation,
        at=at,
        actor=by.user,
        organisation=organisation,
        approval_above_minor_units=limit,
    )
