"""A bundle and its times in plain words, for the person who is asked. Pure."""

import math
from datetime import datetime

from hats.bundles import Bundle, speech
from hats.bundles.words import SourceWords, explain
from hats.sandbox.debits import Debit, Permission
from hats.sandbox.plugs import PLUGS

_SOURCES = {
    "calendar/google/events": "your Google calendar",
    "dex/databuyer": "the shops you like",
    "drops/insights/sentiment-history": "what a tool found in your moods",
    "drops/insights/twitter/word-cloud": "what a tool found in your tweets",
    "facebook/events": "your Facebook events",
    "facebook/feed": "your Facebook posts",
    "facebook/likes/pages": "the pages you like on Facebook",
    "facebook/profile": "your Facebook profile",
    "facebook/profile/picture": "your picture on Facebook",
    "fitbit/activity": "your exercise on Fitbit",
    "fitbit/activity/day/summary": "your days on Fitbit",
    "fitbit/lifetime/stats": "your totals and bests on Fitbit",
    "fitbit/profile": "your Fitbit profile",
    "fitbit/sleep": "your sleep on Fitbit",
    "fitbit/weight": "your weighings on Fitbit",
    "instagram/feed": "your Instagram posts",
    "instagram/profile": "your Instagram profile",
    "ios/locations": "the places where your older phone was",
    "iphone/locations": "the places where your older phone was",
    "monzo/transactions": "your Monzo account",
    "ozm-facebook/feed": "your Facebook posts, by an older plug",
    "ozm-facebook/profile": "your Facebook profile, by an older plug",
    "rumpel/education": "your answer about education",
    "rumpel/interests": "the interests you ticked",
    "rumpel/locations": "the places where your older phone was",
    "rumpel/locations/ios": "the places where your phone was",
    "rumpel/nationality": "your answers about nationality",
    "rumpel/notablesv1": "your notes on this HAT",
    "rumpel/priorities/dietary": "what matters to you: food",
    "rumpel/priorities/financialmanagement": "what matters to you: money",
    "rumpel/priorities/happinessandmentalhealth": "what matters to you: happiness",
    "rumpel/priorities/lifestyle": "what matters to you: how you live",
    "rumpel/priorities/physicalactivities": "what matters to you: moving",
    "rumpel/profile": "your profile on this HAT",
    "rumpel/profile/employmentstatus": "your answer about work",
    "rumpel/profile/livinginfo": "your answers about how you live",
    "rumpel/profile/profileinfo": "your answers about yourself",
    "rumpel/relationshipandhousehold": "your answers about your household",
    "rumpel/stufftoremember": "what you wanted to remember",
    "she/insights/activity-records": "how much data this HAT received each week",
    "she/insights/common-locations": "what a tool found in your places",
    "she/insights/emotions": "the mood that a tool saw in your posts",
    "spotify/feed": "what you played on Spotify",
    "spotify/profile": "your Spotify account",
    "twitter/tweets": "your tweets",
    "uber/profile": "your Uber account",
    "uber/rides": "your rides with Uber",
}


# Namespaces that are not those of a data plug.
_NAMESPACES = {
    "dex": "the shops you like",
    "drops": "what tools found in your data",
    "ios": "places where your phone was",
    "iphone": "places where your phone was",
    "rumpel": "what you wrote on this HAT, and places where your phone was",
    "she": "what tools found in your data",
}


def namespace_in_words(namespace: str) -> str:
    """Name a part of the HAT as its owner would."""
    if namespace in PLUGS:
        return PLUGS[namespace].title
    return _NAMESPACES.get(namespace, namespace)


def source_in_words(endpoint: str) -> str:
    """Name an endpoint as its owner would; one that nobody knows keeps its path."""
    return _SOURCES.get(endpoint, endpoint)


def data_in_words(bundle: Bundle) -> list[str]:
    """Say what would leave, one sentence for each source."""
    return [
        _source_in_words(source, share=table.share)
        for table in explain(bundle)
        for source in table.sources
    ]


def _source_in_words(source: SourceWords, *, share: str) -> str:
    parts = [f"{_fields_in_words(source.fields)} from {source_in_words(source.endpoint)}"]
    parts += [f"only where {speech.listed(source.tests)}"] if source.tests else []
    parts += [share] if share else []
    parts += [
        f"with what is linked to it in {source_in_words(link.endpoint)}" for link in source.links
    ]
    return "; ".join(parts)


def _fields_in_words(fields: tuple[str, ...] | None) -> str:
    if fields is None:
        return "Everything"
    if not fields:
        return "Only how many there are,"
    return f"The field{'' if len(fields) == 1 else 's'} {speech.listed(fields)}"


def period_in_words(permission: Permission) -> str:
    start = permission.start
    if permission.end is None:
        days = permission.period.days
        return f"From {day_in_words(start)}, again and again for {days} days, until you stop it."
    return f"From {day_in_words(start)} until {day_in_words(permission.end)}, or until you stop it."


def day_in_words(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def period_end(permission: Permission, *, at: datetime) -> datetime:
    """Say when the period ends in which the moment falls."""
    passed = max(0, math.floor((at - permission.start) / permission.period))
    return permission.start + (passed + 1) * permission.period


def conditions_in_words(conditions: Bundle) -> list[str]:
    """Say what must be found on the HAT, or else nothing is read."""
    return [
        " or ".join(
            f"there is something in {_source_met_in_words(source)}" for source in table.sources
        )
        for table in explain(conditions)
    ]


def _source_met_in_words(source: SourceWords) -> str:
    tests = f" where {speech.listed(source.tests)}" if source.tests else ""
    return f"{source_in_words(source.endpoint)}{tests}"


def state_of(debit: Debit, *, at: datetime) -> str:
    """Name the state as pages show it: on, off, new or later."""
    if debit.active(at) is not None:
        return "on"
    if not debit.is_accepted:
        return "new"
    latest = debit.latest
    return "later" if latest.accepted and latest.start > at else "off"


def state_in_words(state: str) -> str:
    return {
        "on": "On: this data may be read",
        "off": "Off: nothing may be read",
        "new": "New: nothing may be read until you confirm",
        "later": "Confirmed: starts later",
    }[state]
