"""Composing and the data catalogue in German: pages, refusals, plurals and figures."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from offers import limits
from offers.composing.reading import reading_ease
from offers.datafiles import write_file
from offers.models import OfferDraft, OfferVersion
from offers.queries import data, guidance
from offers.queries.guidance import PastLine
from tests import factories

GERMAN = {"Accept-Language": "de"}
MARCH = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
QUESTIONS = {
    "records": "Welche Arten von Einträgen?",
    "fields": "Welche Felder davon?",
    "filters": "Alle oder nur manche?",
    "terms": "Wie oft, wie lange, für welche Vergütung?",
    "purposes": "Wofür darf es genutzt werden?",
    "uses": "Wofür ist es gut?",
    "words": "Wie sagen Sie es?",
    "check": "Durchsehen und einreichen",
}


def step_of(draft, step):
    return reverse("offers:draft-step", args=[draft.reference, step])


def send(composer, draft, step, form):
    shown = composer.get(step_of(draft, step)).context
    hidden = {"seen": shown["seen"], "page": shown["page_name"]}
    composer.post(step_of(draft, step), hidden | form)


def said(answer) -> str:
    """What a page says, without its tags, in one line with plain spaces."""
    return " ".join(strip_tags(answer.content.decode()).split())


@pytest.fixture
def composer(client, publisher):
    """A browser of somebody who may compose and reads German."""
    publisher.language = "de"
    publisher.save()
    client.force_login(publisher)
    return client


@pytest.fixture
def moderator(client, db):
    """A browser of a moderator who reads German."""
    moderator = factories.make_moderator()
    moderator.language = "de"
    moderator.save()
    client.force_login(moderator)
    return client


# -- the steps ----------------------------------------------------------------------------------


def test_each_step_asks_in_german(composer, draft):
    for step, question in QUESTIONS.items():
        page = said(composer.get(step_of(draft, step)))
        assert question in page
        assert "8. Prüfung" in page


def test_a_new_offer_begins_with_a_common_need_in_german(composer, organisation):
    page = said(composer.get(reverse("offers:draft-new")))

    assert "Acht kurze Schritte, ganz ohne Code." in page
    assert "Wofür Menschen Geld ausgeben" in page


def test_the_list_says_when_a_draft_was_changed(composer, draft):
    OfferDraft.objects.update(changed_at=MARCH, changed_by=draft.created_by)

    page = said(composer.get(reverse("offers:drafts")))

    assert f"{draft.reference}, geändert am 12. März 2026, 09:30 UTC" in page
    assert "von Ola Finch" in page


def test_what_is_missing_is_said_in_german(composer, empty_draft):
    page = said(composer.get(step_of(empty_draft, "check")))

    assert "Wählen Sie mindestens eine Art von Einträgen." in page
    assert "Schreiben Sie einen Titel." in page


def test_a_reward_below_fair_pay_is_refused_with_a_german_figure(composer, draft):
    terms = {"collection": "once", "period_days": "30", "reward": "0.10", "smallest_group": "20"}

    answer = composer.post(step_of(draft, "terms"), terms)

    assert answer.status_code == 422
    assert "Eine faire Vergütung dafür sind 0,50 £ oder mehr." in said(answer)


@pytest.mark.parametrize(
    ("full", "sentence"),
    [
        (
            1,
            "Von 1.200 früheren Bestellungen solcher Daten wurde eine voll, für 1,30 £.",
        ),
        (2, "wurden 2 voll, die Hälfte davon für 1,30 £ oder weniger."),
    ],
)
def test_past_orders_are_counted_with_their_plural(composer, draft, monkeypatch, full, sentence):
    lines = [PastLine(130, 10, 10)] * full + [PastLine(130, 10, 1)] * (1200 - full)
    monkeypatch.setattr(guidance, "_sources", [lambda _paths: lines])

    assert sentence in said(composer.get(step_of(draft, "terms")))


def test_places_and_times_to_choose_from_are_german(composer, draft):
    page = said(composer.get(step_of(draft, "purposes")))

    assert "Nur im Europäischen Wirtschaftsraum oder im Vereinigten Königreich" in page
    assert "6 Monate" in page
    assert "Werbung jeder Art" in page


def test_days_are_written_as_the_browsers_picker_wants_them(composer, draft):
    draft.answers["filters"] = {
        "spotify/feed": {"limit": 10, "by": {"played_at": {"since": "2026-03-12"}}}
    }
    draft.save()

    page = composer.get(step_of(draft, "filters")).content.decode()

    assert 'value="2026-03-12"' in page
    assert "In den letzten 90 Tagen" in page


def test_countries_to_choose_from_stand_in_the_order_of_their_german_names(composer, draft):
    page = composer.get(step_of(draft, "purposes")).content.decode()

    names = ["Deutschland", "Färöer", "Norwegen", "Österreich", "Polen", "Zypern"]
    places = [page.index(f">{name}</option>") for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize("typed", ["1,50", "1.50"])
def test_a_reward_is_read_as_it_is_typed_in_german(composer, draft, typed):
    terms = {"collection": "once", "period_days": "30", "reward": typed, "smallest_group": "20"}

    send(composer, draft, "terms", terms)

    draft.refresh_from_db()
    assert draft.answers["terms"]["reward"] == 150
    assert 'value="1,50"' in composer.get(step_of(draft, "terms")).content.decode()


@pytest.mark.parametrize("typed", ["5,5", "5.5"])
def test_a_filter_is_read_as_it_is_typed_in_german(composer, draft, typed):
    chosen = {"records": {"endpoints": ["fitbit/activity"]}}
    draft.answers |= chosen | {"fields": {"fitbit/activity": ["distance"]}}
    draft.save()

    send(composer, draft, "filters", {"exercises-distance-low": typed})

    draft.refresh_from_db()
    assert draft.answers["filters"]["fitbit/activity"]["by"] == {"distance": {"low": 5.5}}
    assert 'value="5,5"' in composer.get(step_of(draft, "filters")).content.decode()


def test_the_usual_words_on_coverage_are_german_to_read_and_kept_in_english(composer, draft):
    usual = "Menschen, deren HAT diese Daten enthält, in jedem Land."

    shown = composer.get(step_of(draft, "uses")).context["form"]["coverage"].value()
    send(composer, draft, "uses", {"coverage": usual})

    draft.refresh_from_db()
    assert shown == usual
    assert draft.answers["uses"]["coverage"] == (
        "People whose HAT holds this data, in any country."
    )


def test_what_is_handed_in_in_german_is_kept_as_in_english(composer, draft):
    never = {"purposes": ["AcademicResearch"], "never": ["Advertising of any kind"]}
    kept = {"longest_retention_days": "90", "place": "EEA"}
    shown = composer.get(step_of(draft, "purposes")).context
    hidden = {"seen": shown["seen"], "page": shown["page_name"]}
    composer.post(step_of(draft, "purposes"), hidden | never | kept)

    answer = composer.post(step_of(draft, "check"), follow=True)

    assert "„Songs of the last weeks“ ist eingereicht." in said(answer)
    version = OfferVersion.objects.get()
    assert version.never == ["Advertising of any kind"]
    assert version.coverage == "People whose HAT holds this data, in any country."
    assert version.examples[0]["question"].startswith("On which day of the week")


def test_deleting_names_the_day_it_was_begun(composer, draft):
    OfferDraft.objects.update(created_at=MARCH)

    page = said(composer.get(reverse("offers:draft-delete", args=[draft.reference])))

    assert f"{draft.reference}, begonnen am 12. März 2026." in page


def test_a_wrong_code_is_refused_in_german(client, db):
    door = reverse("offers:private-offer")

    answer = client.post(door, {"code": "AAAA"}, headers=GERMAN)

    assert answer.status_code == 422
    assert "Zu diesem Code haben wir kein Angebot gefunden." in said(answer)


# -- the data catalogue -------------------------------------------------------------------------


def test_the_data_catalogue_counts_its_records_and_sources(client, catalogue):
    kinds = sum(len(entries) for _source, entries in data.found(""))

    every = said(client.get(reverse("offers:data-list"), headers=GERMAN))
    one = said(client.get(reverse("offers:data-list"), {"q": "songs played"}, headers=GERMAN))

    assert "Was HATs enthalten können" in every
    assert f"{kinds} Arten von Einträgen aus" in every
    assert "„songs played“: 1 Art von Einträgen aus 1 Quelle" in one


def test_what_the_catalogue_says_itself_is_marked_as_english(client, catalogue):
    page = client.get(reverse("offers:data-source", args=["monzo"]), headers=GERMAN)

    assert '<span lang="en">At the till; what was spent is negative</span>' in (
        page.content.decode()
    )
    assert "Nie in einem Angebot" in said(page)


def test_faults_of_a_file_are_said_in_german(moderator, catalogue):
    file = SimpleUploadedFile("c.json", b'{"format": 1, "sources": []}', "application/json")

    answer = moderator.post(reverse("offers:moderation-data-file"), {"file": file})

    assert answer.status_code == 422
    assert "sources: muss eine Liste sein, und keine leere." in said(answer)


def test_one_difference_is_one(moderator, catalogue):
    text = write_file(data.as_facts()).replace('"name": "Song"', '"name": "Track"')
    file = SimpleUploadedFile("c.json", text.encode(), "application/json")

    answer = moderator.post(reverse("offers:moderation-data-file"), {"file": file})

    assert "Ein Unterschied. Noch ist nichts geändert." in said(answer)


# -- pure ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("countries", "words"),
    [
        ([], "in jedem Land unserer Liste"),
        (["CH", "MT"], "in der Schweiz oder auf Malta"),
        (["GB"], "im Vereinigten Königreich"),
    ],
)
def test_places_have_their_preposition_and_article(countries, words):
    with translation.override("de"):
        assert limits.place_words(countries) == words
        assert limits.retention_words(180) == "6 Monate"


def test_how_hard_a_text_is_to_read_is_said_in_german():
    text = "Die Lieder, die Sie gehört haben. Titel, Zeit und Interpret. Nicht Ihr Name."

    with translation.override("de"):
        assert reading_ease(text).words == "Leicht zu lesen: Die meisten verstehen es sofort."
