"""What every page knows before its view has said a word. Nothing here asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from common.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

SHOP, MY_DATA, MODERATION = "shop", "my-data", "moderation"


class Shell(TypedDict):
    """Who is here, in which room, and which rooms are theirs.

    The frame says nothing else, and is kept by it: what it shows beyond must be in here.
    """

    signed_in: bool
    is_owner: bool
    is_moderator: bool
    is_buyer: bool
    who: str
    organisation_name: str
    organisation_slug: str
    room: str
    view: str
    unread: int


def csp_nonce(request: HttpRequest) -> dict[str, Any]:
    """Hand templates the nonce of this response, for ``<script nonce>``."""
    return {"csp_nonce": getattr(request, "csp_nonce", "")}


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Describe the frame around the page, from the loaded user and the session.

    Log-in keeps in the session what a frame needs: ``hat_domain`` for a HAT owner,
    ``organisation_name`` and ``organisation_slug`` for a member of an organisation.
    """
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    session: Mapping[str, Any] = getattr(request, "session", {}) if signed_in else {}
    domain = str(session.get("hat_domain", ""))
    # A HAT owner has no e-mail address here: the HAT is all we know.
    is_owner = signed_in and not getattr(user, "email", None)
    is_moderator = signed_in and bool(getattr(user, "is_staff", False))
    match = getattr(request, "resolver_match", None)
    view = match.view_name if match else ""
    return {
        "shell": Shell(
            signed_in=signed_in,
            is_owner=is_owner,
            is_moderator=is_moderator,
            is_buyer=signed_in and not is_owner and not is_moderator,
            who=domain or _name(user) or _("Your HAT"),
            organisation_name=str(session.get("organisation_name", "")),
            organisation_slug=str(session.get("organisation_slug", "")),
            room=_room(view),
            view=view,
            # Loaded with the person (accounts.queries.person_of_session), so it costs nothing here.
            unread=int(getattr(user, "unread", 0)) if signed_in else 0,
        )
    }


def _name(user: object) -> str:
    return str(getattr(user, "name", "") or getattr(user, "email", "") or "")


def _room(view: str) -> str:
    namespace, _, name = view.partition(":")
    if name.startswith(("moderation", "stuck")):
        return MODERATION
    if namespace == "hats" or (namespace == "fulfilment" and name.startswith("owner")):
        return MY_DATA
    return SHOP
