"""Composing an offer from nothing to handed in, with the keyboard alone, on both screens."""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.journeys import crowd
from tests.journeys.house import StandingHouse
from tests.journeys.person import Person

TITLE = "Songs of the evening"
FIELDS = ("played_at", "track.name", "track.artists[0].name")
WORDS = {
    "title": TITLE,
    "summary": "What was played lately, song by song.",
    "description": "One row for each play. Good for seeing how new songs spread in a town.",
    "for_people": "The songs you played: title, artist and time. Your name is not part of it.",
}


def looks_in_light_and_dark(person: Person, heading: str) -> None:
    """See the page as everybody does, by day and by night."""
    person.waits_for(heading)
    person.looks_by_day_and_by_night()


def tick(person: Person, box: Locator) -> None:
    person.tabs_to(box)
    person.hits("Space")
    expect(box).to_be_checked()


def write(person: Person, label: str, words: str) -> None:
    person.tabs_to(person.page.locator(f"#id_{label}"))
    person.hits("Control+a")
    person.types(words)


def go_on(person: Person) -> None:
    person.tabs_to(person.button("Save and go on"))
    person.hits("Enter")


def is_saved(person: Person) -> None:
    """Wait until what was typed is kept and shown."""
    expect(person.page.locator("#preview")).to_contain_text("Saved at")


def handed_in(standing: StandingHouse) -> int:
    query = "SELECT count(*) FROM offers_offerversion WHERE title = %s AND status = 'submitted'"
    number: int = standing.rows(query, TITLE)[0][0]
    return number


def choose_the_data(composer: Person) -> None:
    looks_in_light_and_dark(composer, "Which kinds of records?")
    tick(composer, composer.page.locator("input[value='spotify/feed']"))
    is_saved(composer)
    go_on(composer)
    looks_in_light_and_dark(composer, "Which fields of them?")
    for path in FIELDS:
        tick(composer, composer.page.locator(f"input[value='{path}']"))
    composer.sees("How the file will look")
    composer.sees("Paper Lanterns")
    go_on(composer)


def narrow_it(composer: Person) -> None:
    looks_in_light_and_dark(composer, "All of them, or only some?")
    composer.tabs_to(composer.page.locator("summary", has_text="Played at"))
    composer.hits("Enter")
    composer.tabs_to(composer.page.get_by_label("When"))
    composer.types("In the last 90")
    preview = composer.page.locator("#preview")
    expect(preview).to_contain_text(re.compile(r"“Played at” is .* or later"))
    composer.looks_around()
    go_on(composer)


def say_the_terms(composer: Person) -> None:
    looks_in_light_and_dark(composer, "How often, how long, for what reward?")
    write(composer, "reward", "0.10")
    composer.sees(re.compile("Not saved yet"))
    write(composer, "reward", "1")
    is_saved(composer)
    go_on(composer)
    looks_in_light_and_dark(composer, "What may it be used for?")
    tick(composer, composer.page.locator("input[value='AcademicResearch']"))
    go_on(composer)


def say_the_uses(composer: Person) -> None:
    looks_in_light_and_dark(composer, "What is it good for?")
    write(composer, "headline_1", "Plan a concert")
    write(composer, "text_1", "See what is played. Choose by it.")
    is_saved(composer)
    composer.sees("Worked examples")
    go_on(composer)


def write_the_words(composer: Person) -> None:
    looks_in_light_and_dark(composer, "How do you say it?")
    for label, words in WORDS.items():
        write(composer, label, words)
    is_saved(composer)
    composer.sees(re.compile("Easy to read|Plain"))
    go_on(composer)


def test_an_offer_is_composed_from_nothing_with_the_keyboard(people, standing, screen):
    before = handed_in(standing)
    composer = people(screen).is_logged_in_as(crowd.somebody(standing, "jo@tidewater.example"))
    composer.open("/compose/new/")
    looks_in_light_and_dark(composer, "Compose an offer")
    composer.tabs_to(composer.button("Start with nothing"))
    composer.hits("Enter")
    choose_the_data(composer)
    narrow_it(composer)
    say_the_terms(composer)
    say_the_uses(composer)
    write_the_words(composer)
    looks_in_light_and_dark(composer, "Look it over and hand it in")
    composer.tabs_to(composer.button("Hand it in to the moderators"))
    composer.hits("Enter")
    composer.sees(f"“{TITLE}” is handed in.")
    composer.looks_around()
    assert handed_in(standing) == before + 1
    composer.open("/compose/")
    looks_in_light_and_dark(composer, "Your offers")
    composer.sees("Waiting for review")


def test_the_data_catalogue_is_found_and_read(people, screen):
    reader = people(screen)
    reader.open("/data/")
    looks_in_light_and_dark(reader, "What HATs can hold")
    reader.fill("Search sources and fields", "heart rate")
    reader.sees("1 kind of record")
    reader.follow("Sports and walks")
    looks_in_light_and_dark(reader, "Fitbit")


def test_moderators_keep_it_and_see_what_a_file_would_change(people, standing, screen, tmp_path):
    keeper = people(screen).is_logged_in_as(crowd.moderator(standing))
    keeper.open("/moderation/data/")
    looks_in_light_and_dark(keeper, "Data catalogue")
    keeper.page.locator("summary", has_text="Songs played").click()
    keeper.follow("First artist")
    looks_in_light_and_dark(keeper, "First artist")
    keeper.open("/moderation/data/file/")
    looks_in_light_and_dark(keeper, "The data catalogue as a file")
    text = Path(keeper.download("Export the catalogue").path()).read_text(encoding="utf-8")
    changed = tmp_path / "changed.json"
    changed.write_text(text.replace("The artist named first", "Who plays"), encoding="utf-8")
    keeper.page.get_by_label("File").set_input_files(changed)
    keeper.press("Read the file and show the differences")
    looks_in_light_and_dark(keeper, "What the file changes")
    keeper.sees("Who plays")


def test_two_windows_of_one_step_are_told_apart(people, standing, screen):
    composer = people(screen).is_logged_in_as(crowd.somebody(standing, "jo@tidewater.example"))
    composer.open("/compose/new/")
    composer.press(re.compile("Start here.*What people listen to"))
    composer.follow("7. Words")
    composer.arrives("How do you say it?")
    other = composer.context.new_page()
    other.goto(composer.page.url)
    other.locator("#id_title").fill("Theirs")
    other.get_by_role("button", name="Save and go on").click()
    # A window that is closed while it is on its way to a page may never say that it is closed.
    other.get_by_role("heading", name="Look it over and hand it in").wait_for()
    other.close()
    composer.page.evaluate("document.querySelector('#step').removeAttribute('hx-post')")
    composer.fill("Title", "Mine")
    with composer.expecting("409"):
        composer.press("Save and go on")
    composer.sees("This step was changed in another window")
    looks_in_light_and_dark(composer, "How do you say it?")
    composer.press("Put mine in its place")
    composer.arrives("Look it over and hand it in")
    composer.follow("Delete this draft")
    looks_in_light_and_dark(composer, "Delete this draft?")
    composer.press("Delete the draft")
    composer.sees("The draft is deleted.")
