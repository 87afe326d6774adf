"""Who may read a message to a publisher: loaders that return the row, or raise."""

from accounts.models import Role, User
from common.errors import NotFound
from common.language import gettext as _
from offers.models import Message


def message_to_see(user: User, reference: str) -> Message:
    """For who wrote it, for owners of who it is to, and for moderators once it is theirs.

    :raises NotFound: none of these, or it is forgotten.
    """
    found = (
        Message.objects.select_related(
            "publisher", "organisation", "written_by", "offer__current_version"
        )
        .filter(reference=reference)
        .first()
    )
    if found is None or not (
        found.written_by_id == user.pk
        or is_reader(user, found)
        or (user.is_moderator and (found.publisher_id is None or found.reported_at))
    ):
        raise NotFound(_("We found no such message. After 90 days messages are forgotten."))
    return found


def is_reader(user: User, message: Message) -> bool:
    """Whether the person is an owner of the organisation that it was written to."""
    if message.publisher_id is None:
        return False
    readers = user.memberships.filter(role=Role.OWNER, organisation=message.publisher_id)
    return readers.exists()


def require_reader(user: User, message: Message) -> None:
    """:raises NotFound: not an owner of the organisation that it was written to."""
    if not is_reader(user, message):
        raise NotFound(_("This message was not written to your organisation."))
