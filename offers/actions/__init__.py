"""Every change of the shop. Those of the shelf go by the name of the package."""

from offers.actions.counts import set_popularity
from offers.actions.people import refresh_people_available
from offers.actions.shelf import (
    FieldContent,
    VersionContent,
    content_hash,
    create_offer,
    draft_version,
    pause_offer,
    problems_of,
    publish_version,
    relist_offer,
    reopen_version,
    send_back,
    submit_version,
    version_columns,
)

__all__ = [
    "FieldContent",
    "VersionContent",
    "content_hash",
    "create_offer",
    "draft_version",
    "pause_offer",
    "problems_of",
    "publish_version",
    "refresh_people_available",
    "relist_offer",
    "reopen_version",
    "send_back",
    "set_popularity",
    "submit_version",
    "version_columns",
]
