"""What the shop keeps: the shelf, what search reads of it, and what people keep of it."""

from offers.models.finding import Listing, Synonym, ValueSet, Word
from offers.models.shelf import (
    Category,
    Collection,
    Offer,
    OfferField,
    OfferStatus,
    OfferVersion,
    OfferVersionStatus,
    Purpose,
    Shelf,
    offer_reference,
)

__all__ = [
    "Category",
    "Collection",
    "Listing",
    "Offer",
    "OfferField",
    "OfferStatus",
    "OfferVersion",
    "OfferVersionStatus",
    "Purpose",
    "Shelf",
    "Synonym",
    "ValueSet",
    "Word",
    "offer_reference",
]
