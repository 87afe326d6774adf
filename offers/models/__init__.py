"""The shop's tables: the shelf, what search reads, what HATs hold, what people keep and ask."""

from offers.models.counting import PeopleCount
from offers.models.data import DataEndpoint, DataField, DataKind, DataSource, FilterBy
from offers.models.drafts import OfferDraft
from offers.models.finding import Listing, Synonym, ValueSet, Word
from offers.models.front import Feature
from offers.models.history import Outcome
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
from offers.models.messages import Message, MessageSubject, message_reference
from offers.models.questions import (
    Answer,
    AnswerStatus,
    Question,
    QuestionReport,
    QuestionStatus,
    question_reference,
    signature,
)
from offers.models.reviews import (
    Delivery,
    Review,
    ReviewAnswer,
    ReviewAnswerStatus,
    ReviewReport,
    ReviewStatus,
    described,
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
    "Answer",
    "AnswerStatus",
    "Bookmark",
    "Category",
    "Collection",
    "DataEndpoint",
    "DataField",
    "DataKind",
    "DataRequest",
    "DataRequestStatus",
    "DataSource",
    "Delivery",
    "Feature",
    "FilterBy",
    "ListedOffer",
    "Listing",
    "Message",
    "MessageSubject",
    "Offer",
    "OfferDraft",
    "OfferField",
    "OfferList",
    "OfferStatus",
    "OfferVersion",
    "OfferVersionStatus",
    "Outcome",
    "PeopleCount",
    "Purpose",
    "Question",
    "QuestionReport",
    "QuestionStatus",
    "Review",
    "ReviewAnswer",
    "ReviewAnswerStatus",
    "ReviewReport",
    "ReviewStatus",
    "SavedSearch",
    "SearchRhythm",
    "Shelf",
    "Synonym",
    "ValueSet",
    "Word",
    "described",
    "message_reference",
    "offer_reference",
    "question_reference",
    "request_reference",
    "signature",
]
