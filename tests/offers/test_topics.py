"""The subjects of the shelf are known to translators."""

import json

from offers.management.commands.seed_offers import TOPICS as SEEDED
from offers.topics import TOPICS


def test_every_subject_that_is_set_up_is_named_for_translators():
    seeded = [(row["name"], row["about"]) for row in json.loads(SEEDED.read_text("utf-8"))]

    assert seeded == list(TOPICS)
