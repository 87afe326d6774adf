"""The data catalogue: what everybody reads, and how moderators keep it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import AuditEntry
from offers.actions import data as actions
from offers.actions import refresh_people_available
from offers.datafiles import read_file, write_file
from offers.errors import CatalogueChanged
from offers.forms.data import FieldForm
from offers.management.commands.seed_data_catalogue import seed
from offers.models import DataEndpoint, DataField
from offers.queries import data
from offers.queries.endpoints import endpoints_asked_for
from tests import factories
from tests.factories import NOON

FILE = reverse("offers:moderation-data-file")


@pytest.fixture
def catalogue(db):
    seed(at=NOON)


@pytest.fixture
def song(catalogue):
    return DataField.objects.get(endpoint__path="spotify/feed", path="track.name")


# -- what everybody reads -----------------------------------------------------------------------


def test_seeding_twice_leaves_what_a_moderator_wrote(song):
    DataField.objects.filter(pk=song.pk).update(name="Track")

    call_command("seed_data_catalogue", verbosity=0)

    song.refresh_from_db()
    assert song.name == "Track"


def test_anybody_reads_each_source_with_bands_and_no_number_below_ten(client, catalogue):
    for _ in range(9):
        factories.make_hat_owner(endpoints=["spotify/feed"])
    refresh_people_available(NOON)

    page = client.get(reverse("offers:data-list")).content.decode()

    assert "Songs played" in page
    assert "Nights of sleep" in page
    assert "fewer than 10" in page


def test_no_exact_number_of_people_is_kept(catalogue):
    for _ in range(37):
        factories.make_hat_owner(endpoints=["spotify/feed"])

    refresh_people_available(NOON)

    assert DataEndpoint.objects.get(path="spotify/feed").people == 20


@pytest.mark.parametrize(
    "out", [{"status": "frozen"}, {"status": "disconnected"}, {"is_counted": False}]
)
def test_only_connected_owners_who_want_to_be_counted_are(catalogue, out):
    for _ in range(20):
        factories.make_hat_owner(endpoints=["spotify/feed"], **out)

    refresh_people_available(NOON)

    assert DataEndpoint.objects.get(path="spotify/feed").people == 0


def test_a_search_finds_fields_by_name_and_meaning(client, catalogue):
    page = client.get(reverse("offers:data-list"), {"q": "heart rate"}).content.decode()

    assert "Sports and walks" in page
    assert "Songs played" not in page


def test_a_search_for_nothing_known_says_so(client, catalogue):
    page = client.get(reverse("offers:data-list"), {"q": "zzz"}).content.decode()

    assert "Nothing of that is described" in page


def test_a_source_shows_every_field_and_why_some_are_never_in_an_offer(client, catalogue):
    page = client.get(reverse("offers:data-source", args=["monzo"])).content.decode()

    assert "At the till; what was spent is negative" in page
    assert "It is about somebody who was not asked." in page
    assert "Sam Reed" not in page


def test_an_unknown_source_is_not_found(client, catalogue):
    assert client.get(reverse("offers:data-source", args=["nothing"])).status_code == 404


def test_the_pages_cost_the_same_however_much_is_described(
    client, catalogue, django_assert_num_queries
):
    with django_assert_num_queries(4):  # stamp, sources, endpoints, fields
        client.get(reverse("offers:data-list"))


def test_hats_are_asked_about_what_offers_could_take(catalogue):
    asked = endpoints_asked_for()

    assert "uber/rides" in asked
    assert "drops/insights/sentiment-history" in asked


# -- what moderators keep -----------------------------------------------------------------------


def test_a_moderator_changes_words_and_marks_of_a_field(client, moderator, song):
    client.force_login(moderator)
    form = {"name": "Track", "meaning": "What it is called", "marks": ["PREF", "SOC"]}
    form["seen"] = actions.field_digest(song)

    answer = client.post(reverse("offers:moderation-data-field", args=[song.pk]), form)

    assert answer.status_code == 302
    song.refresh_from_db()
    assert (song.name, song.sensitivity) == ("Track", "PREF SOC")
    assert AuditEntry.objects.filter(action="data_field.changed", actor=moderator).exists()


def test_a_field_may_reveal_everything_at_once(client, moderator, song):
    client.force_login(moderator)
    marks = [mark for mark, _words in FieldForm.base_fields["marks"].choices]
    form = {"name": "Track", "meaning": "What it is called", "marks": marks}
    form["seen"] = actions.field_digest(song)

    answer = client.post(reverse("offers:moderation-data-field", args=[song.pk]), form)

    assert answer.status_code == 302
    song.refresh_from_db()
    assert song.sensitivity.split() == marks


def _saved(client, field, *, seen, **words):
    form = {"name": field.name, "meaning": field.meaning, "marks": field.sensitivity.split()}
    address = reverse("offers:moderation-data-field", args=[field.pk])
    return client.post(address, form | words | {"seen": seen})


def test_a_field_that_somebody_changed_meanwhile_is_not_overwritten(client, moderator, song):
    client.force_login(moderator)
    opened = actions.field_digest(song)
    other = factories.make_user("Lea Frost", is_moderator=True)
    actions.save_field(field=song, changes={"name": "Track"}, seen=opened, by=other, at=NOON)

    answer = _saved(client, song, seen=opened, meaning="What it is called")

    song.refresh_from_db()
    page = answer.content.decode()
    assert answer.status_code == 409
    assert (song.name, song.meaning) == ("Track", "Title of the track")
    assert "changed meanwhile</strong>, by Lea Frost" in page
    assert "<del>Track</del>" in page
    assert ">\nWhat it is called</textarea>" in page


def test_a_field_is_overwritten_once_its_differences_were_seen(client, moderator, song):
    client.force_login(moderator)
    opened = actions.field_digest(song)
    actions.save_field(field=song, changes={"is_special": True}, seen=opened, by=moderator, at=NOON)
    page = _saved(client, song, seen=opened, name="Melody").content.decode()
    assert "<del>Yes</del>" in page
    shown = re.search(r'name="seen" value="(\w+)"', page).group(1)

    assert _saved(client, song, seen=shown, name="Melody").status_code == 302

    song.refresh_from_db()
    assert (song.name, song.is_special) == ("Melody", False)


def test_a_field_that_a_file_changed_meanwhile_names_who_read_the_file(client, moderator, song):
    client.force_login(moderator)
    opened, sources = actions.field_digest(song), data.as_facts()
    reader = factories.make_user("Lea Frost", is_moderator=True)
    DataField.objects.filter(pk=song.pk).update(name="Track")
    actions.apply_file(sources=sources, seen=data.as_facts(), by=reader, at=NOON)
    DataField.objects.filter(pk=song.pk).update(name="Track")

    page = _saved(client, song, seen=opened, name="Melody").content.decode()

    assert "changed meanwhile</strong>, by Lea Frost" in page


def test_saving_what_somebody_else_has_saved_just_so_is_no_conflict(client, moderator, song):
    client.force_login(moderator)
    opened = actions.field_digest(song)
    actions.save_field(field=song, changes={"name": "Track"}, seen=opened, by=moderator, at=NOON)

    assert _saved(client, song, seen=opened, name="Track").status_code == 302


def test_a_field_without_a_meaning_is_refused(client, moderator, song):
    client.force_login(moderator)

    answer = client.post(
        reverse("offers:moderation-data-field", args=[song.pk]), {"name": "Track", "meaning": ""}
    )

    assert answer.status_code == 422
    song.refresh_from_db()
    assert song.name == "Song"


def test_a_retired_field_is_shown_and_offered_no_more(client, moderator, song):
    client.force_login(moderator)

    client.post(reverse("offers:moderation-data-retire", args=[song.pk]), {"retired": "yes"})

    (plays,) = data.chosen(["spotify/feed"])
    assert "track.name" not in [field.path for field in plays.fields]
    assert "Title of the track" not in client.get("/data/spotify/").content.decode()


def test_a_retired_field_comes_back(client, moderator, song):
    actions.retire_field(field=song, by=moderator, at=NOON)
    client.force_login(moderator)

    client.post(reverse("offers:moderation-data-retire", args=[song.pk]), {"retired": "no"})

    song.refresh_from_db()
    assert song.retired_at is None


def test_only_moderators_see_and_change_it(client, buyer, song):
    client.force_login(buyer)

    for address in (
        reverse("offers:moderation-data"),
        reverse("offers:moderation-data-export"),
        FILE,
        reverse("offers:moderation-data-field", args=[song.pk]),
    ):
        assert client.get(address).status_code == 404
    client.post(reverse("offers:moderation-data-retire", args=[song.pk]), {"retired": "yes"})
    song.refresh_from_db()
    assert song.retired_at is None


# -- as a file ----------------------------------------------------------------------------------


def upload(client, text):
    file = SimpleUploadedFile("catalogue.json", text.encode(), "application/json")
    return client.post(FILE, {"file": file})


def changed_text():
    return write_file(data.as_facts()).replace('"name": "Song"', '"name": "Track"')


def test_an_export_is_the_catalogue_as_a_file(client, moderator, catalogue):
    client.force_login(moderator)

    answer = client.get(reverse("offers:moderation-data-export"))

    assert "attachment" in answer["Content-Disposition"]
    assert read_file(answer.content.decode()) == data.as_facts()


def test_an_upload_shows_the_differences_and_changes_nothing(client, moderator, song):
    client.force_login(moderator)

    page = upload(client, changed_text()).content.decode()

    assert "spotify/feed · track.name: name" in page
    song.refresh_from_db()
    assert song.name == "Song"


def test_the_second_step_applies_what_was_shown(client, moderator, song):
    client.force_login(moderator)
    shown = upload(client, changed_text()).context["form"].initial

    answer = client.post(FILE, shown)

    assert answer.status_code == 302
    song.refresh_from_db()
    assert song.name == "Track"
    assert AuditEntry.objects.filter(action="data_catalogue.read", actor=moderator).exists()


def test_differences_are_shown_again_when_somebody_changed_it_meanwhile(client, moderator, song):
    client.force_login(moderator)
    shown = upload(client, changed_text()).context["form"].initial
    DataField.objects.filter(pk=song.pk).update(name="Tune")

    page = client.post(FILE, shown).content.decode()

    assert "Somebody changed the data catalogue meanwhile" in page
    song.refresh_from_db()
    assert song.name == "Tune"


def test_what_a_file_leaves_out_is_retired_and_not_deleted(client, moderator, song):
    client.force_login(moderator)
    raw = json.loads(write_file(data.as_facts()))
    for source in raw["sources"]:
        for endpoint in source["endpoints"]:
            endpoint["fields"] = [f for f in endpoint["fields"] if f["path"] != "track.name"]
    shown = upload(client, json.dumps(raw)).context["form"].initial

    client.post(FILE, shown)

    song.refresh_from_db()
    assert song.retired_at is not None


def test_a_faulty_file_is_refused_with_the_place_of_each_fault(client, moderator, song):
    client.force_login(moderator)

    answer = upload(client, changed_text().replace('"kind": "text"', '"kind": "words"', 1))

    assert answer.status_code == 422
    assert "sources[0].endpoints[0].fields[0].kind" in answer.content.decode()


def test_an_unknown_subject_is_refused_and_nothing_changes(client, moderator, song):
    client.force_login(moderator)
    text = changed_text().replace('"category": "music"', '"category": "opera"', 1)
    shown = upload(client, text).context["form"].initial

    answer = client.post(FILE, shown)

    assert answer.status_code == 422
    assert "there is no subject “opera”" in answer.content.decode()
    song.refresh_from_db()
    assert song.name == "Song"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_of_a_windows_editor_is_read(client, moderator, song, encoding):
    client.force_login(moderator)
    file = SimpleUploadedFile("catalogue.json", changed_text().encode(encoding))

    page = client.post(FILE, {"file": file}).content.decode()

    assert "spotify/feed · track.name: name" in page


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            '{"format": 1,\n "sources" [',
            "This is not JSON, the form of an export: line 2, sign 12.",
        ),
        ("namespace;path", "This is not JSON, the form of an export: line 1, sign 1."),
        ("[" * 100_000, "This is not the file of an export."),
    ],
    ids=["a comma missing", "a table of a spreadsheet", "nested without end"],
)
def test_what_is_no_json_is_refused_in_words_of_ours(client, moderator, catalogue, text, fault):
    client.force_login(moderator)

    assert upload(client, text).context["form"].errors["file"] == [fault]


def test_without_a_file_it_asks_for_one(client, moderator, catalogue):
    client.force_login(moderator)

    answer = client.post(FILE, {})

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"] == ["Choose a file first."]


def test_a_file_of_other_bytes_is_refused(client, moderator, catalogue):
    client.force_login(moderator)
    file = SimpleUploadedFile("catalogue.json", b"\xff\xfe\x00", "application/json")

    assert client.post(FILE, {"file": file}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_a_file_never_overwrites_what_somebody_saves_at_the_same_time(moderator, song):
    seen = data.as_facts()

    def read_the_file():
        try:
            actions.apply_file(sources=seen, seen=seen, by=None, at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.save_field(
                field=song,
                changes={"name": "Track"},
                seen=actions.field_digest(song),
                by=moderator,
                at=NOON,
            )
            reading = pool.submit(read_the_file)
            wait([reading], timeout=1)  # it waits for us
        with pytest.raises(CatalogueChanged):
            reading.result()

    song.refresh_from_db()
    assert song.name == "Track"
