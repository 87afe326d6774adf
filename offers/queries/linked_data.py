"""Offers for machines: schema.org, DCAT and Croissant, from the same words as the pages.

Read on 26 November 2026: schema.org/Dataset; DCAT 3 (www.w3.org/TR/vocab-dcat-3); the Croissant
format 1.0 (docs.mlcommons.org/croissant/docs/croissant-spec.html), whose files are here those of
the invented sample: the data itself has no address before an order is delivered.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from offers import exports, pricing
from offers.facts import FRESHNESS_WORDS, kinds_words
from offers.models import Collection, Offer, OfferField, OfferVersion
from offers.tables import Column, columns_of, tables_of

DCAT_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
}
CROISSANT_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "recordSet": "cr:recordSet",
    "field": "cr:field",
    "source": "cr:source",
    "fileObject": "cr:fileObject",
    "extract": "cr:extract",
    "column": "cr:column",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
}
CROISSANT = "http://mlcommons.org/croissant/1.0"
TYPES = {
    OfferField.Kind.WHOLE: "sc:Integer",
    OfferField.Kind.DECIMAL: "sc:Float",
    OfferField.Kind.TIME: "sc:DateTime",
    OfferField.Kind.DATE: "sc:Date",
    OfferField.Kind.YES_NO: "sc:Boolean",
}
FREQUENCIES = {  # of the Dublin Core collection description vocabulary, which DCAT names
    Collection.DAILY: "http://purl.org/cld/freq/daily",
    Collection.WEEKLY: "http://purl.org/cld/freq/weekly",
}
MARKET = "HAT Market"

Address = Callable[[str], str]  # a path as an absolute address


def dataset(offer: Offer, fields: Sequence[OfferField], *, absolute: Address) -> dict[str, Any]:
    """The offer as schema.org/Dataset, for the offer's own page."""
    version = _version(offer)
    said = {"@context": "https://schema.org/", **_described(offer, version, absolute=absolute)}
    return (
        said
        | _rating(offer)
        | {
            "keywords": [offer.category.name, *dict.fromkeys(field.name for field in fields)],
            "variableMeasured": [_variable(field) for field in fields],
            "offers": _price(offer, version, absolute=absolute),
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": f"Invented sample of {table}, CSV",
                    "encodingFormat": "text/csv",
                    "contentUrl": absolute(_sample(offer, table)),
                }
                for table in dict.fromkeys(field.table for field in fields)
            ],
        }
    )


def croissant(offer: Offer, fields: Sequence[OfferField], *, absolute: Address) -> dict[str, Any]:
    """The offer as a Croissant document: the columns to come, and the files of the sample."""
    version = _version(offer)
    tables = tables_of(columns_of(fields))
    return {"@context": CROISSANT_CONTEXT, "conformsTo": CROISSANT} | {
        **_described(offer, version, absolute=absolute),
        "@type": "sc:Dataset",
        "version": f"{version.number}.0.0",
        "datePublished": _day(version),
        "distribution": [
            _file(offer, table, columns, absolute=absolute) for table, columns in tables.items()
        ],
        "recordSet": [
            _record_set(table, [field for field in fields if field.table == table])
            for table in tables
        ],
    }


def dcat_catalogue(
    offers: Sequence[Offer], *, total: int, here: str, following: str, absolute: Address
) -> dict[str, Any]:
    """One page of the whole shelf as a DCAT catalogue.

    :param following: address of the next page; empty on the last.
    """
    catalogue: dict[str, Any] = {
        "@context": DCAT_CONTEXT,
        "@id": here,
        "@type": ["dcat:Catalog", "hydra:PartialCollectionView"],
        "dct:title": f"Offers of {MARKET}",
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": MARKET},
        "hydra:totalItems": total,
        "dcat:dataset": [_dcat_dataset(offer, absolute=absolute) for offer in offers],
    }
    return catalogue | ({"hydra:next": {"@id": following}} if following else {})


def _described(offer: Offer, version: OfferVersion, *, absolute: Address) -> dict[str, Any]:
    """What schema.org and Croissant say in the same words."""
    page = absolute(reverse("offers:offer-detail", args=[offer.slug]))
    return {
        "@type": "Dataset",
        "@id": page,
        "url": page,
        "name": version.title,
        "description": f"{version.summary}\n{version.description}"[:5_000],
        "identifier": offer.reference,
        "inLanguage": "en",
        "version": str(version.number),
        "dateModified": _day(version),
        "isAccessibleForFree": False,
        "license": absolute(reverse("offers:help", args=["what-is-allowed"])),
        "creator": {"@type": "Organization", "name": publisher_of(offer)},
        "publisher": {"@type": "Organization", "name": MARKET},
        **_covered(version),
    }


def _rating(offer: Offer) -> dict[str, Any]:
    """What reviews say together, where there are enough for an average."""
    average = offer.rating.average
    if average is None:
        return {}
    facts = {"ratingValue": str(average), "bestRating": 5, "reviewCount": offer.rating.reviews}
    return {"aggregateRating": {"@type": "AggregateRating", **facts}}


def _covered(version: OfferVersion) -> dict[str, str]:
    """Coverage and freshness in the words of schema.org; nothing where nothing is stated."""
    facts = version.facts
    if facts is None:
        return {}
    technique = f"{kinds_words(facts.record_kinds)}. {FRESHNESS_WORDS[facts.freshness]} when read."
    since = _reaches_back_to(version)
    covered = {"temporalCoverage": f"{since}/.."} if since else {}
    return covered | {"measurementTechnique": f"{technique} {facts.coverage}"}


def _reaches_back_to(version: OfferVersion) -> str:
    """The day to which records of most people reached back when this was published."""
    if not version.reaches_back_days or not version.published_at:
        return ""
    since = version.published_at - timedelta(days=version.reaches_back_days)
    return since.date().isoformat()


def _variable(field: OfferField) -> dict[str, str]:
    said = {"@type": "PropertyValue", "name": field.name, "description": field.meaning}
    return said | ({"unitText": field.unit} if field.unit else {})


def _price(offer: Offer, version: OfferVersion, *, absolute: Address) -> dict[str, Any]:
    quote = pricing.quote(
        version.reward, version.fee, places=1, tax_percent=settings.FEE_TAX_PERCENT
    )
    each = quote.per_person
    return {
        "@type": "Offer",
        "price": f"{each.minor_units / 100:.2f}",
        "priceCurrency": each.currency,
        "url": absolute(reverse("offers:offer-detail", args=[offer.slug])),
        "eligibleQuantity": {
            "@type": "QuantitativeValue",
            "minValue": version.smallest_group,
            "unitText": "people",
        },
    }


def _file(
    offer: Offer, table: str, columns: Sequence[Column], *, absolute: Address
) -> dict[str, str]:
    sample = _version(offer).sample
    content = exports.sample_csv(sample, columns, reference=offer.reference)
    return {
        "@type": "cr:FileObject",
        "@id": f"{table}-csv",
        "name": f"{table}.csv",
        "description": "An invented sample with the columns of the file to come.",
        "contentUrl": absolute(_sample(offer, table)),
        "encodingFormat": "text/csv",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _record_set(table: str, fields: Sequence[OfferField]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{table}/{field.path}",
                "name": field.name,
                "description": field.meaning,
                "dataType": TYPES.get(OfferField.Kind(field.kind), "sc:Text"),
                "source": {
                    "fileObject": {"@id": f"{table}-csv"},
                    "extract": {"column": field.path},
                },
            }
            for field in fields
        ],
    }


def _dcat_dataset(offer: Offer, *, absolute: Address) -> Mapping[str, Any]:
    version = _version(offer)
    page = absolute(reverse("offers:offer-detail", args=[offer.slug]))
    return _dcat_covered(version) | {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": offer.reference,
        "dct:title": version.title,
        "dct:description": version.summary,
        "dct:issued": {"@type": "xsd:date", "@value": _day(version)},
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher_of(offer)},
        "dcat:theme": {"@id": absolute(reverse("offers:topic", args=[offer.category.slug]))},
        "dcat:landingPage": {"@id": page},
        "dct:relation": {"@id": absolute(reverse("offers:croissant", args=[offer.slug]))},
    }


def _dcat_covered(version: OfferVersion) -> dict[str, Any]:
    """How often it is read, how far back it goes, and that days are the grain where they are."""
    rhythm = FREQUENCIES.get(Collection(version.collection))
    said: dict[str, Any] = {"dct:accrualPeriodicity": {"@id": rhythm}} if rhythm else {}
    if since := _reaches_back_to(version):
        start = {"@type": "xsd:date", "@value": since}
        said["dct:temporal"] = {"@type": "dct:PeriodOfTime", "dcat:startDate": start}
    if version.record_kinds == ["day"]:
        said["dcat:temporalResolution"] = {"@type": "xsd:duration", "@value": "P1D"}
    return said


def _sample(offer: Offer, table: str) -> str:
    return f"{reverse('offers:sample-download', args=[offer.slug])}?table={table}&format=csv"


def publisher_of(offer: Offer) -> str:
    """Its name, or the market's."""
    return offer.publisher.name if offer.publisher else MARKET


def _day(version: OfferVersion) -> str:
    return version.published_at.date().isoformat() if version.published_at else ""


def _version(offer: Offer) -> OfferVersion:
    assert offer.current_version
    return offer.current_version
