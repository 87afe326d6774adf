"""The owner's copy of a consent record."""

from typing import Any

from django.conf import settings

from fulfilment.models import Acceptance, ConsentRecord


def receipt_of(acceptance: Acceptance) -> dict[str, Any]:
    """All that was agreed and what became of it, with what is needed to check it.

    :param acceptance: with its consent record loaded.
    """
    consent: ConsentRecord = acceptance.consent
    events = consent.events.order_by("at", "pk")
    return {
        "receipt_id": str(consent.record_id),
        "schema_version": consent.record["schema_version"],
        "issued_by": settings.SITE_URL,
        "language": consent.language,
        "given_at": consent.given_at.isoformat(),
        "card": consent.card,
        "record": consent.record,
        "sha256": consent.sha256,
        "how_to_check": (
            "sha256 is that of the JSON object of card and record alone, with sorted keys, no"
            " blanks between them, in UTF-8."
        ),
        "events": [{"kind": e.kind, "at": e.at.isoformat()} for e in events],
        "status": acceptance.status,
    }
