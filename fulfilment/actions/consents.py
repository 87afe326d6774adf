"""The consent record: what an owner agreed to, frozen in the shape of ISO/IEC TS 27560:2023.

Names of the fields follow the guide of the W3C Data Privacy Vocabulary Community Group to that
specification (15 February 2026). A record is written once; what happens to the consent later is
appended as events.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings

from buyers.models import OrderLine
from fulfilment.models import Acceptance, ConsentEvent, ConsentRecord
from fulfilment.queries.acceptances import ShownCard, fields_of
from offers.models import OfferField, OfferVersion

SCHEMA = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"
_PURPOSES = "https://w3id.org/dpv#"
_CONSENT = "https://w3id.org/dpv/legal/eu/gdpr#A6-1-a"
_EXPLICIT_CONSENT = "https://w3id.org/dpv/legal/eu/gdpr#A9-2-a"
_RIGHTS = ["A7-3", "A13", "A15", "A16", "A17", "A18", "A20", "A77"]  # articles of the GDPR


def freeze(acceptance: Acceptance, *, shown: ShownCard) -> ConsentRecord:
    """An unsaved record of this yes, hashed.

    :param acceptance: with its owner, and its line with version, order and organisation.
    :param shown: the card that its owner read, in the language they read it in.
    """
    record_id = uuid.uuid4()
    record = {
        "schema_version": SCHEMA,
        "record_id": str(record_id),
        "pii_principal_id": acceptance.hat_owner.reference,
        "pii_processing": _processing(acceptance, shown=shown),
        "party_identification": _parties(acceptance),
        "events": [
            {
                "event_time": acceptance.accepted_at.isoformat(),
                "event_type": "explicit",
                "event_state": "given",
                "entity_id": acceptance.hat_owner.reference,
                "validity_duration": f"P{_version(acceptance).period_days}D",
            }
        ],
    }
    return ConsentRecord(
        acceptance=acceptance,
        record_id=record_id,
        card=shown.card,
        record=record,
        sha256=record_hash(shown.card, record),
        language=shown.language,
        given_at=acceptance.accepted_at,
    )


def record_hash(card: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the canonical JSON of both: sorted keys, no blanks, UTF-8."""
    text = orjson.dumps({"card": card, "record": record}, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def event(record: ConsentRecord | int, kind: ConsentEvent.Kind, *, at: datetime) -> ConsentEvent:
    """An unsaved event of a record, given as row or number."""
    number = record if isinstance(record, int) else record.pk
    return ConsentEvent(record_id=number, kind=kind, at=at)


def append(acceptances: Iterable[int], kind: ConsentEvent.Kind, *, at: datetime) -> None:
    """Append one event to the record of each acceptance."""
    numbers = ConsentRecord.objects.filter(acceptance__in=list(acceptances)).order_by("pk")
    events = [event(number, kind, at=at) for number in numbers.values_list("pk", flat=True)]
    ConsentEvent.objects.bulk_create(events)


def _version(acceptance: Acceptance) -> OfferVersion:
    return acceptance.order_line.offer_version


def _processing(acceptance: Acceptance, *, shown: ShownCard) -> dict[str, Any]:
    line, version = acceptance.order_line, _version(acceptance)
    return {
        "privacy_notice": {
            "location": f"{settings.SITE_URL}/my-data/offers/{line.reference}/",
            "sha256": shown.sha256,
            "language": shown.language,
        },
        "offer_version": {"number": version.number, "sha256": version.content_hash},
        "data_debit": {"id": str(acceptance.uid), "bundle": f"mk-{acceptance.uid}"},
        "purposes": [_purpose(line, version)],
    }


def _purpose(line: OrderLine, version: OfferVersion) -> dict[str, Any]:
    organisation = line.order.organisation
    legal = [_CONSENT, _EXPLICIT_CONSENT] if version.special_category else [_CONSENT]
    return {
        "purpose": _PURPOSES + line.purpose,
        "purpose_words": line.purpose_words,
        "lawful_basis": legal,
        "pii_information": [_information(field, version) for field in fields_of(version)],
        "pii_controllers": [organisation.reference],
        "collection_method": f"data debit on the owner's HAT, {version.collection}",
        "processing_method": "sealed storage, group of people, file for the controller",
        "storage_locations": [line.country],
        "processing_locations": [line.country],
        "geographic_restrictions": [line.country],
        "jurisdiction": organisation.country,
        "retention_period": f"P{line.retention_days}D",
        "recipient_third_parties": [],
        "forbidden_uses": version.never,
        "smallest_group": line.places_minimum,
        "reward": {"minor_units": line.reward_minor_units, "currency": line.currency},
        "withdrawal_method": f"{settings.SITE_URL}/my-data/",
        "privacy_rights": [f"https://w3id.org/dpv/legal/eu/gdpr#{right}" for right in _RIGHTS],
    }


def _information(field: OfferField, version: OfferVersion) -> dict[str, Any]:
    return {
        "pii_type": field.name,
        "pii_attribute": f"{field.table}.{field.path}",
        "meaning": field.meaning,
        "pii_optional": field.may_be_missing,
        "sensitive": field.sensitivity,
        "special_category": version.special_category,
    }


def _parties(acceptance: Acceptance) -> list[dict[str, Any]]:
    organisation = acceptance.order_line.order.organisation
    return [
        {
            "party_id": acceptance.hat_owner.reference,
            "party_type": "individual",
            "party_role": "data subject",
            "party_hat": acceptance.hat_owner.hat_domain,
        },
        {
            "party_id": organisation.reference,
            "party_type": organisation.kind,
            "party_role": "controller",
            "party_name": organisation.name,
            "party_address": f"{organisation.city}, {organisation.country}",
            "party_contact": organisation.contact_email,
        },
        {
            "party_id": settings.SITE_URL,
            "party_type": "intermediary",
            "party_role": "processor",
            "party_name": settings.SITE_NAME,
            "party_contact": settings.DEFAULT_FROM_EMAIL,
        },
    ]
