"""An invented sample is, byte for byte, the file that will come, and is marked as none."""

import json
import re

import pytest
from django.urls import reverse

from fulfilment.actions import builds
from fulfilment.exports import storage
from tests import factories
from tests.factories import NOON
from tests.fulfilment.dataset_factories import make_dataset, make_deliveries, plays

pytestmark = pytest.mark.django_db
HOSTILE = [
    {"at": "2026-11-23T12:00:00.000Z", "song": '=HYPERLINK("x")', "artist": "Low, Tide"},
    {"at": 1_800_000_000, "song": None, "artist": 'The "Quays"\r\n'},
]


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def files(client):
    """By format: the dataset's file, and the sample's; the same twenty people in both."""
    answers = [{"plays": [*plays(), *HOSTILE]}] * 20
    version = factories.make_version(sample=answers)
    line = factories.make_line(version)
    make_deliveries(line, answers)
    builds.build_revision(dataset_id=make_dataset(line).pk, at=NOON)
    revision = line.dataset.revisions.get()
    sample = reverse("offers:sample-download", args=[version.offer.slug])

    def both(form):
        file = revision.files.get(format=form)
        real = b"".join(storage.read_chunks(file.path, wrapped_key=bytes(file.wrapped_key)))
        return real, client.get(sample, {"format": form}).content

    return both


def _without_people(content):
    return re.sub(rb"^P-\w+,", b"", content, flags=re.MULTILINE)


def test_csv_differs_by_the_people_and_the_mark_alone(files):
    real, sample = files("csv")

    unmarked, marks = re.subn(rb',"sample of HM-\w+, no real person"\r\n', b"\r\n", sample)
    assert marks == 20 * 5
    assert sample.startswith(b"\xef\xbb\xbfperson,")
    unmarked = unmarked.replace(b",invented\r\n", b"\r\n", 1)
    assert _without_people(unmarked) == _without_people(real)


def test_json_lines_differ_by_the_people_and_the_mark_alone(files):
    real, sample = (
        [json.loads(line) for line in content.splitlines()] for content in files("jsonl")
    )

    assert all(line.pop("invented").endswith("no real person") for line in sample)
    assert {line.pop("person") for line in sample}.isdisjoint(line.pop("person") for line in real)
    assert sample == real
