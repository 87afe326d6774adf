"""The subjects of the shelf, named for translators: the database keeps them in English. Pure."""

from typing import Final

from common.language import gettext_noop

# Names and words of ``management/topics.json``; ``Category.label`` and ``lead`` say them.
TOPICS: Final = (
    (
        gettext_noop("Places and movement"),
        gettext_noop(
            "Where people are and how they get about: positions, trips and rides, as their "
            "phones and services noted them."
        ),
    ),
    (
        gettext_noop("Activity"),
        gettext_noop(
            "How much people move: steps, distances, floors, runs and walks, from wearables "
            "and phones."
        ),
    ),
    (
        gettext_noop("Music and listening"),
        gettext_noop(
            "What people really play, song by song and hour by hour, rather than what they say "
            "they like."
        ),
    ),
    (
        gettext_noop("Spending"),
        gettext_noop(
            "What people pay for and when, from their own bank records: amounts, kinds of "
            "shop, fees."
        ),
    ),
    (
        gettext_noop("Sleep"),
        gettext_noop(
            "How long and how well people sleep, night by night, as a tracker on the wrist saw it."
        ),
    ),
    (
        gettext_noop("Body and health"),
        gettext_noop(
            "Weight, age and other measures of the body. These are special categories of data: "
            "groups are larger and reviews closer."
        ),
    ),
    (
        gettext_noop("Time and calendar"),
        gettext_noop(
            "How days are filled: when appointments begin and end, and which hours stay free."
        ),
    ),
    (
        gettext_noop("Social posts"),
        gettext_noop("What people wrote or showed in public, in their own words and pictures."),
    ),
)
