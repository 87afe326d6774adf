"""What may stand in questions, reviews and answers to both, and how odd text is read."""

import pytest

from offers.forms.public import NO_CONTACTS
from offers.forms.questions import ReplyForm
from offers.forms.reviews import ReviewAnswerForm

LONG_ENOUGH = "Please tell me more about it. "


@pytest.fixture(params=[ReplyForm, ReviewAnswerForm], ids=["question", "review"])
def reply(request):
    def reply(text):
        form = request.param({"text": text})
        return form, form.errors.get("text", [])

    return reply


@pytest.mark.parametrize(
    "contact",
    [
        "https://songs.example/list",
        "HTTP://SONGS.EXAMPLE",
        "www.songs.example",
        "songs-of-the-sea.com",
        "harbour.co.uk",
        "robin@songs.example",
        "robin ＠songs.example",
        "@robin_vale",
        "mailto:robin",
        "+44 20 7946 0958",
        "+442079460958",
        "(0117) 496 0123",
        "0117 496 0123",
        "00 44 117 496 0123",
        "555-123-4567",
        "0117-49-6012",
        "0117 / 496 0123",
        "songs.io",
        "lieder.at",
        "so\u200bngs.c\u200bom",
    ],
)
def test_ways_around_the_market_are_refused_in_words(reply, contact):
    _, errors = reply(LONG_ENOUGH + contact)

    assert list(errors) == [NO_CONTACTS]


@pytest.mark.parametrize(
    "fine",
    [
        "Is it from 2026-11-12 to 2026-12-01?",
        "Is 05.11.2026 the first day, or 06/11/2026?",
        "Are 1,000,000 rows too many, or 1 000 000?",
        "Between 2019-2026, is the time as in 2026-11-12T19:05:11.000Z?",
        "Is track.name or track.artists[0].name filled, and user.info?",
        "Is it read from spotify/feed, e.g.at night?",
        "Do 20 people @ 80 pence cost £20.00?",
        "Is it UTC.No, or is it local.Be it as it may, why?",
        "Is 26.11.26 05:10 to 27.11.26 00:10 a time?",
        "Is 0.00012345 a value that may stand there?",
    ],
)
def test_dates_numbers_and_names_of_fields_are_no_contacts(reply, fine):
    _, errors = reply(LONG_ENOUGH + fine)

    assert list(errors) == []


def test_what_nobody_sees_is_left_out(reply):
    form, _ = reply("\u202eWhich days does it cover,\t\x07\r\n\r\n\r\n\r\nand which not\u2066?  ")

    assert form.is_valid()
    assert form.cleaned_data["text"] == "Which days does it cover, \n\nand which not?"


def test_letters_made_of_two_signs_become_one(reply):
    form, _ = reply("Wie viele Ta\u0308nze sind in den Daten?")

    assert form.is_valid()
    assert "Tänze" in form.cleaned_data["text"]


def test_nul_is_refused(reply):
    _, errors = reply(LONG_ENOUGH + "\0")

    assert list(errors) == ["Null characters are not allowed."]


def test_blanks_do_not_make_a_text_long_enough(reply):
    _, errors = reply(f"Why?{' ' * 30}\u200b{chr(10) * 30}")

    assert len(errors) == 1
