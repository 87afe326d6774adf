"""Who may do what: loaders that take the person and return the row, or raise."""

from accounts.models import Membership, Organisation, OrganisationStatus, Role, User
from common.errors import NotAllowed, NotFound

# What each role may do includes what the ones before it may. An approver may also buy.
ROLE_ORDER = (Role.VIEWER, Role.BUYER, Role.APPROVER, Role.OWNER)


def membership_for(user: User, slug: str, *, need: Role = Role.VIEWER) -> Membership:
    """The person's membership of the organisation, with the organisation loaded.

    :raises NotFound: no such organisation, or not a member: the two look the same.
    :raises NotAllowed: a member, but with a lesser role; the sentence names the role needed.
    """
    membership = (
        Membership.objects.select_related("organisation")
        .filter(user=user, organisation__slug=slug)
        .first()
    )
    if membership is None:
        raise NotFound("We found no such organisation among yours.")
    require(membership, need=need)
    return membership


def organisation_for(user: User, slug: str, *, need: Role = Role.VIEWER) -> Organisation:
    """As ``membership_for``, when only the organisation matters."""
    return membership_for(user, slug, need=need).organisation


def require(membership: Membership, *, need: Role) -> None:
    """:raises NotAllowed: the role is less than needed, or the organisation is suspended."""
    if not has_role(membership, need=need):
        raise NotAllowed(
            f"For this you need to be {Role(need).name.lower()} of"
            f" {membership.organisation.name}. Ask an owner of the organisation."
        )
    suspended = membership.organisation.status == OrganisationStatus.SUSPENDED
    if suspended and need != Role.VIEWER:
        raise NotAllowed(f"{membership.organisation.name} is suspended, so nothing can be changed.")


def has_role(membership: Membership, *, need: Role) -> bool:
    """Whether the membership's role includes ``need``."""
    return ROLE_ORDER.index(Role(membership.role)) >= ROLE_ORDER.index(need)


def require_moderator(user: User) -> User:
    """:raises NotFound: not a moderator; the pages of moderators do not exist for others."""
    if not user.is_active or not user.is_moderator:
        raise NotFound("There is no such page.")
    return user
