"""What people type in the shop, in moderation and while they compose an offer."""

from offers.forms.shop import (
    AnswerForm,
    CloseForm,
    DecisionForm,
    EstimateForm,
    KeepForm,
    PlacesForm,
    RequestForm,
    RhythmForm,
    SavedSearchForm,
    SearchForm,
    search_at,
)

__all__ = [
    "AnswerForm",
    "CloseForm",
    "DecisionForm",
    "EstimateForm",
    "KeepForm",
    "PlacesForm",
    "RequestForm",
    "RhythmForm",
    "SavedSearchForm",
    "SearchForm",
    "search_at",
]
