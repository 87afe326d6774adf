"""What may stand in a question or an answer, and how odd text is read."""

import pytest

from offers.forms.questions import NO_CONTACTS, ReplyForm

LONG_ENOUGH = "Please tell me more about it. "


def reply(text):
    form = ReplyForm({"text": text})
    return form, form.errors.get("text", [])


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
        "so\u200bngs.c\u200bom",
    ],
)
def test_ways_around_the_market_are_refused_in_words(contact):
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
        "Is 0.00012345 a value that may stand there?",
    ],
)
def test_dates_numbers_and_names_of_fields_are_no_contacts(fine):
    _, errors = reply(LONG_ENOUGH + fine)

    assert list(errors) == []


def test_what_nobody_sees_is_left_out():
    form, _ = reply("\u202eWhich days does it cover,\t\x07\r\n\r\n\r\n\r\nand which not\u2066?  ")

    assert form.is_valid()
    assert form.cleaned_data["text"] == "Which days does it cover, \n\nand which not?"


def test_letters_made_of_two_signs_become_one():
    form, _ = reply("Wie viele Ta\u0308nze sind in den Daten?")

    assert form.is_valid()
    assert "Tänze" in form.cleaned_data["text"]


def test_nul_is_refused():
    _, errors = reply(LONG_ENOUGH + "\0")

    assert list(errors) == ["Null characters are not allowed."]


def test_blanks_do_not_make_a_text_long_enough():
    _, errors = reply(f"Why?{' ' * 30}\u200b{chr(10) * 30}")

    assert len(errors) == 1
