"""What the shop keeps: the shelf, what search reads of it, and what people keep of it."""

from offers.models.finding import Listing, Synonym, ValueSet, Word
from offers.models.keeping import (
    Bookmark,
    DataRequest,
    DataRequestStatus,
    ListedOffer,
    OfferList,
    SavedSearch,
    SearchRhythm,
    request_reference,
)
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
    "Bookmark",
    "Category",
    "Collection",
    "DataRequest",
    "DataRequestStatus",
    "ListedOffer",
    "Listing",
    "Offer",
    "OfferField",
    "OfferList",
    "OfferStatus",
    "OfferVersion",
    "OfferVersionStatus",
    "Purpose",
    "SavedSearch",
    "SearchRhythm",
    "Shelf",
    "Synonym",
    "ValueSet",
    "Word",
    "offer_reference",
    "request_reference",
]
