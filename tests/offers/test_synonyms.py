"""Words that find other words, as moderators keep them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from common.errors import NotFound
from offers.actions import synonyms as actions
from offers.actions.synonyms import synonym_digest
from offers.models import Synonym
from offers.queries import synonyms
from offers.synonyms import Group, read_file, write_file
from tests import factories
from tests.factories import NOON

LIST = reverse("offers:moderation-synonyms")
NEW = reverse("offers:moderation-synonym-new")
FILE = reverse("offers:moderation-synonyms-file")


@pytest.fixture
def keeper(client, moderator):
    """A moderator's browser."""
    client.force_login(moderator)
    return client


@pytest.fixture
def steps(db):
    return Synonym.objects.create(word="steps", finds=["activity"])


def one(name, synonym):
    return reverse(f"offers:{name}", args=[synonym.pk])


def add(client, word, found):
    return client.post(NEW, {"word": word, "found": found})


def change(client, synonym, found, *, seen=None):
    """Save what a page says that was opened when the group was as ``seen``, or is so now."""
    seen = seen or synonym_digest(Synonym.objects.get(pk=synonym.pk))
    form = {"word": synonym.word, "found": found, "seen": seen}
    return client.post(one("moderation-synonym", synonym), form)


def kept():
    return {row.word: row.finds for row in Synonym.objects.all()}


# -- one by one ---------------------------------------------------------------------------------


def test_a_word_that_was_added_finds_from_the_next_search_on(keeper, version):
    found = {"q": "melodies"}
    assert version.title not in keeper.get("/offers/", found).content.decode()

    answer = add(keeper, "  Melodies ", "Songs, tunes,\n songs")

    assert answer.status_code == 302
    assert kept() == {"melodies": ["songs", "tunes"]}
    assert version.title in keeper.get("/offers/", found).content.decode()


def test_a_word_that_was_removed_finds_no_more_from_the_next_search_on(keeper, version):
    melodies = Synonym.objects.create(word="melodies", finds=["songs"])
    found = {"q": "melodies"}
    assert version.title in keeper.get("/offers/", found).content.decode()

    keeper.post(one("moderation-synonym-remove", melodies))

    assert kept() == {}
    assert version.title not in keeper.get("/offers/", found).content.decode()


def test_a_word_is_changed_in_place(keeper, steps):
    keeper.post(
        one("moderation-synonym", steps),
        {"word": "step", "found": "walking", "seen": synonym_digest(steps)},
    )

    assert kept() == {"step": ["walking"]}


def test_a_word_that_somebody_changed_meanwhile_is_not_overwritten(keeper, moderator, steps):
    opened = synonym_digest(steps)
    change(keeper, steps, "walking")

    answer = change(keeper, steps, "hiking", seen=opened)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert kept() == {"steps": ["walking"]}
    assert f"changed meanwhile</strong>, by {moderator.name}" in page
    assert "<del>walking</del>" in page
    assert ">\nhiking</textarea>" in page


def test_a_word_is_overwritten_once_its_differences_were_seen(keeper, steps):
    opened = synonym_digest(steps)
    change(keeper, steps, "walking")
    page = change(keeper, steps, "hiking", seen=opened).content.decode()
    shown = re.search(r'name="seen" value="(\w+)"', page).group(1)

    change(keeper, steps, "hiking", seen=shown)

    assert kept() == {"steps": ["hiking"]}


def test_a_word_that_a_file_changed_meanwhile_names_who_read_the_file(keeper, steps):
    opened = synonym_digest(steps)
    reader = factories.make_user("Lea Frost", is_moderator=True)
    Synonym.objects.create(word="aches", finds=["pains"])
    groups = [Group("aches", ("pains",)), Group("steps", ("walking",))]
    actions.apply_file(groups=groups, seen=synonyms.as_groups(), by=reader, at=NOON)

    page = change(keeper, steps, "hiking", seen=opened).content.decode()

    assert "changed meanwhile</strong>, by Lea Frost" in page


def test_a_word_that_was_removed_meanwhile_does_not_come_back(keeper, moderator, steps):
    opened = synonym_digest(steps)
    group = Group("steps", ("hiking",))
    Synonym.objects.filter(pk=steps.pk).delete()

    with pytest.raises(NotFound):
        actions.save_synonym(group=group, row=steps, seen=opened, by=moderator, at=NOON)

    assert kept() == {}


def test_each_change_is_in_the_record_with_who_made_it(keeper, moderator):
    add(keeper, "steps", "activity")
    synonym = Synonym.objects.get()
    change(keeper, synonym, "walking")
    keeper.post(one("moderation-synonym-remove", synonym))

    entries = AuditEntry.objects.filter(actor=moderator).order_by("pk")
    subject = f"offers.synonym:{synonym.pk}"
    said = [(f"synonym.{what}", subject) for what in ("added", "changed", "removed")]
    assert list(entries.values_list("action", "subject")) == said


@pytest.mark.parametrize(
    ("word", "found", "sentence"),
    [
        ("walks", " , ", "“walks” stands alone: name another word that it finds."),
        ("walks", "Walks, hikes", "“walks” finds itself already"),
        ("Steps", "walking", "“steps” is there already"),
        ("step", "walking", "To search these are one word: “steps”, “step”."),
        ("w" * 61, "walking", "is longer than 60 characters"),
        ("walks", "w" * 61, "is longer than 60 characters"),
        ("walks", ", ".join(f"w{n}" for n in range(13)), "finds more than 12 words"),
        ("?!", "walking", "“?!” has no letter in it"),
        ("a: b", "walking", "a sign that words cannot have"),
        ("walks", "the", "Search leaves out “the”"),
    ],
)
def test_what_search_could_not_use_is_refused_with_a_reason(keeper, steps, word, found, sentence):
    answer = add(keeper, word, found)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert kept() == {"steps": ["activity"]}


def test_nothing_typed_is_nothing_added(keeper):
    answer = add(keeper, "", "")

    assert answer.status_code == 422
    assert kept() == {}


def test_the_list_is_searched_on_both_sides(keeper, steps):
    Synonym.objects.create(word="sleep", finds=["nights"])

    for letters in ("Step", "activ"):
        page = keeper.get(LIST, {"q": letters}).content.decode()
        assert "Also finds activity" in page
        assert "Also finds nights" not in page


def test_many_words_cost_the_page_as_many_queries_as_one(keeper, steps, django_assert_num_queries):
    keeper.get(LIST)
    with django_assert_num_queries(4):
        keeper.get(LIST)
    Synonym.objects.bulk_create(Synonym(word=f"w{n}", finds=["x"]) for n in range(120))

    with django_assert_num_queries(4):
        page = keeper.get(LIST).content.decode()
    assert page.count('class="memberrow"') == 50


# -- as a file ----------------------------------------------------------------------------------


def upload(client, text):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(FILE, {"file": SimpleUploadedFile("synonyms.txt", data, "text/plain")})


def test_semicolons_part_words_as_commas_do(keeper, steps):
    page = upload(keeper, "steps: walking; running;activity\n")

    keeper.post(FILE, page.context["form"].initial)

    assert kept() == {"steps": ["walking", "running", "activity"]}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_of_a_windows_editor_is_read(keeper, steps, encoding):
    page = upload(keeper, "steps: müde\n".encode(encoding))

    keeper.post(FILE, page.context["form"].initial)

    assert kept() == {"steps": ["müde"]}


def test_an_export_is_read_again_as_it_was(keeper, steps):
    Synonym.objects.create(word="heart rate", finds=["pulse", "heartbeat"])

    answer = keeper.get(reverse("offers:moderation-synonyms-export"))

    assert "attachment" in answer["Content-Disposition"]
    assert read_file(answer.content.decode()) == synonyms.as_groups()


def test_an_upload_shows_the_differences_and_changes_nothing(keeper, steps):
    page = upload(keeper, "steps: walking\nsleep: nights\n").content.decode()

    assert "2 differences" in page
    assert "<ins>walking</ins>" in page
    assert kept() == {"steps": ["activity"]}


def test_the_second_step_puts_the_file_in_the_place_of_all(keeper, moderator, steps):
    shown = upload(keeper, "sleep: nights").context["form"].initial

    answer = keeper.post(FILE, shown)

    assert answer.status_code == 302
    assert kept() == {"sleep": ["nights"]}
    assert AuditEntry.objects.get(action="synonyms.read").actor == moderator


def test_differences_are_shown_again_when_somebody_changed_them_meanwhile(keeper, steps):
    shown = upload(keeper, "sleep: nights").context["form"].initial
    Synonym.objects.create(word="diet", finds=["food"])

    page = keeper.post(FILE, shown).content.decode()

    assert "Somebody changed the synonyms meanwhile" in page
    assert set(kept()) == {"steps", "diet"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\n\n", "The file names no word at all."),
        ("# only a remark\n", "The file names no word at all."),
        ("sleep: nights\nsteps walking", "Line 2: A line is a word, a colon"),
        ("steps:", "Line 1: “steps” stands alone"),
        (": walking", "Line 1: Say which word people type."),
        ("steps: a1\nSteps: b1", "Line 2: “steps” has a line already: line 1."),
        ("\n".join(f"w{n}: x" for n in range(2001)), "more than 2000 lines"),
        ("w: x\n" * 250_000, "larger than a megabyte"),
        (b"\xff\xfe\x00", "Its letters cannot be read"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(keeper, steps, text, sentence):
    answer = upload(keeper, text)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert kept() == {"steps": ["activity"]}


def test_words_that_search_reads_as_one_are_refused_in_a_file_too(keeper, steps):
    shown = upload(keeper, "song: music\nsongs: tracks").context["form"].initial

    answer = keeper.post(FILE, shown)

    assert answer.status_code == 422
    assert "one word: “song”, “songs”" in answer.content.decode()
    assert kept() == {"steps": ["activity"]}


def test_a_file_as_long_as_allowed_is_taken(keeper, db):
    groups = [Group(f"word{n}", ("song", "heart rate")) for n in range(2000)]
    shown = upload(keeper, write_file(groups)).context["form"].initial

    keeper.post(FILE, shown)

    assert Synonym.objects.count() == 2000


def test_only_moderators_see_and_change_them(client, buyer, steps):
    client.force_login(buyer)

    for address in (LIST, NEW, FILE, one("moderation-synonym", steps)):
        assert client.get(address).status_code == 404
    assert client.post(one("moderation-synonym-remove", steps)).status_code == 404
    assert add(client, "sleep", "nights").status_code == 404
    assert kept() == {"steps": ["activity"]}
