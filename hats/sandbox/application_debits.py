"""The data debit that setting an application up proposes in its name."""

from datetime import datetime, timedelta

import orjson

from hats.bundles import Bundle
from hats.bundles.parsing import parse_properties
from hats.sandbox.applications import Application
from hats.sandbox.debits import Client, Permission

_APPLICATION_PERIOD = timedelta(days=30)


def application_debit(
    application: Application, wanted: dict[str, object], *, at: datetime
) -> tuple[Client, Permission]:
    """Write the proposal that setting an application up makes in its name."""
    listing = orjson.loads(orjson.dumps(application.listing))
    info = listing["info"]
    client = Client(
        name=application.name,
        url=listing["kind"]["url"],
        logo_url=info["graphics"]["logo"]["normal"],
        application_id=application.id,
        description=info["description"]["text"],
    )
    permission = Permission(
        created_at=at,
        purpose=application.purpose,
        start=at,
        period=_APPLICATION_PERIOD,
        cancel_at_period_end=False,
        terms_url=info["termsUrl"],
        bundle=Bundle(str(wanted["name"]), parse_properties(wanted["bundle"], "bundle")),
    )
    return client, permission
