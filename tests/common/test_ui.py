"""What templates say, through the template engine as pages use it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from pytest_django import Settings
from pytest_django.asserts import assertInHTML

from common.money import Money

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def render(source: str, request: HttpRequest | None = None, **context: object) -> str:
    if request is not None:
        context["request"] = request
    return Template(source).render(Context(context))


class OrderForm(forms.Form):
    places = forms.IntegerField(label="Places", help_text="From 20 to 1,000.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    often = forms.ChoiceField(choices=[("once", "Once")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I agree")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.mark.parametrize(
    ("source", "value", "said"),
    [
        ("{{ v|money }}", Money(51240), "£512.40"),
        ("{{ v|money }}", Money(-300), "\N{MINUS SIGN}£3.00"),
        ('{{ v|money:"EUR" }}', 228, "€2.28"),
        ("{{ v|money }}", None, "\N{EN DASH}"),
        ("{{ v|number }}", 41872, "41,872"),
        ("{{ v|number }}", -12, "\N{MINUS SIGN}12"),
        ("{{ v|percent:200 }}", 142, "71\N{NO-BREAK SPACE}%"),
        ("{{ v|percent:200 }}", 199, "99\N{NO-BREAK SPACE}%"),
        ("{{ v|percent:0 }}", 0, "0\N{NO-BREAK SPACE}%"),
        ('{{ v|plural:"person,people" }}', 1, "1 person"),
        ('{{ v|plural:"person,people" }}', 1200, "1,200 people"),
        ("{{ v|initials }}", "Ines Maria Okafor", "IO"),
        ("{{ v|initials }}", "", ""),
    ],
)
def test_figures_are_said_with_unit_and_mark(source: str, value: object, said: str) -> None:
    assert render(source, v=value) == said


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (None, "not known yet"),
        (0, "fewer than 10"),
        (9, "fewer than 10"),
        (10, "10–20"),
        (19, "10–20"),
        (20, "20–50"),
        (4_999, "2,000–5,000"),
        (99_999, "50,000–100,000"),
        (100_000, "more than 100,000"),
    ],
)
def test_band_never_tells_a_number_below_ten_nor_an_exact_one(
    people: int | None, said: str
) -> None:
    assert render("{{ v|band }}", v=people) == said


@pytest.mark.parametrize("value", [date(2026, 11, 23), NOON])
def test_date_long_names_the_month(value: object) -> None:
    assert render("{{ v|date_long }}", v=value) == "23 November 2026"


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(hours=-3), "3\N{NO-BREAK SPACE}hours ago"),
        (timedelta(days=2), "in 2\N{NO-BREAK SPACE}days"),
    ],
)
def test_when_sets_the_distance_beside_the_exact_time(away: timedelta, words: str) -> None:
    at = NOON + away

    with time_machine.travel(NOON, tick=False):
        said = render("{{ at|when }}", at=at)

    assert said == f"{at:%-d %B %Y, %H:%M} UTC ({words})"


def test_icon_is_silent_and_points_into_the_sprite() -> None:
    assert render('{% icon "bag" %}') == (
        '<svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="/static/img/icons.svg#i-bag"/></svg>'
    )


def test_icon_follows_the_storage_of_static_files(settings: Settings) -> None:
    render('{% icon "bag" %}')
    backend = settings.STORAGES["staticfiles"]["BACKEND"]
    elsewhere = {"BACKEND": backend, "OPTIONS": {"base_url": "/elsewhere/"}}

    settings.STORAGES = {**settings.STORAGES, "staticfiles": elsewhere}

    assert "/elsewhere/img/icons.svg#i-bag" in render('{% icon "bag" %}')


def test_icon_escapes_its_name() -> None:
    assert "<script" not in render("{% icon name %}", name='"><script>')


def test_status_badge_says_a_word_beside_icon_and_tone() -> None:
    badge = render('{% status_badge "awaiting_payment" %}')

    assert "Waiting for payment" in badge
    assert "tag--attention" in badge
    assert "#i-credit-card" in badge


def test_status_badge_reads_an_unknown_status_as_words() -> None:
    assert "Half done" in render('{% status_badge "half_done" %}')


def test_query_string_replaces_one_parameter_and_keeps_the_others() -> None:
    request = RequestFactory().get("/", {"q": "sleep & rest", "page": "3"})

    assert render("{% query_string page=4 %}", request) == "?q=sleep+%26+rest&amp;page=4"


def test_query_string_takes_a_parameter_away() -> None:
    request = RequestFactory().get("/", {"q": "sleep", "page": "3"})

    assert render("{% query_string page=None %}", request) == "?q=sleep"


def test_query_string_keeps_several_values_of_one_parameter() -> None:
    request = RequestFactory().get("/?use=a&use=b")

    assert render("{% query_string page=1 %}", request) == "?use=a&amp;use=b&amp;page=1"


def test_breadcrumbs_end_with_the_page_itself_and_no_link() -> None:
    crumbs = render('{% breadcrumbs "Orders" "/orders/" "OR-7F3K9" %}')

    assertInHTML('<a href="/orders/">Orders</a>', crumbs)
    assertInHTML("<span>OR-7F3K9</span>", crumbs)


def test_nav_item_of_a_page_that_does_not_exist_is_nothing() -> None:
    request = RequestFactory().get("/")

    assert render('{% nav_item "Moon" "moon:surface" %}', request).strip() == ""


def test_capture_keeps_what_a_block_says() -> None:
    assert render("{% capture word %}  shop {% endcapture %}[{{ word }}]") == "[shop]"


def test_what_was_captured_is_not_escaped_twice() -> None:
    said = render("{% capture word %}{{ name }}{% endcapture %}{{ word }}", name="R&D")

    assert said == "R&amp;D"


def test_segments_of_a_statement_are_cumulated_and_reach_the_whole() -> None:
    rows = [
        {"label": "Delivered", "amount": Money(32376), "key": "a"},
        {"label": "Held", "amount": Money(13224), "key": "b"},
        {"label": "Refunded", "amount": Money(0), "key": "c"},
    ]

    widths = render("{% for s in r|segments %}{{ s.key }} {{ s.width }};{% endfor %}", r=rows)

    assert widths == "c 100.00%;b 100.00%;a 71.00%;"


def test_field_ties_label_help_and_error_to_the_control() -> None:
    form = OrderForm({"places": "many"})

    html = render_to_string("components/_field.html", {"field": form["places"]})

    assertInHTML('<label class="label" for="id_places">Places</label>', html)
    assert 'aria-describedby="id_places_helptext id_places_error"' in html
    assert 'id="id_places_helptext"' in html
    assert 'id="id_places_error"' in html
    assert 'aria-invalid="true"' in html


def test_form_lists_its_errors_with_links_to_the_fields_and_keeps_hidden_ones() -> None:
    form = OrderForm({"places": "many", "often": "once", "agreed": "on", "token": "t1"})

    html = render_to_string("components/_form.html", {"form": form})

    assert '<a href="#id_places">Places</a>: Enter a whole number.' in html
    assert '<input type="hidden" name="token" value="t1"' in html


def test_choices_are_a_group_with_a_legend() -> None:
    html = render_to_string("components/_field.html", {"field": OrderForm()["often"]})

    assert "<legend" in html
    assert 'class="form-check-input"' in html


def test_pagination_says_where_one_is_and_keeps_the_search() -> None:
    request = RequestFactory().get("/", {"q": "sleep"})
    page = Paginator(range(331), 9).page(3)

    html = render_to_string(
        "components/_pagination.html", {"page": page, "noun": "Offers"}, request
    )

    assertInHTML("<p>Offers 19 to 27 of 331</p>", html)
    assert 'href="?q=sleep&amp;page=4"' in html
    assertInHTML(
        '<a href="?q=sleep&amp;page=3" aria-label="Page 3" aria-current="page">3</a>', html
    )


def test_progress_polls_until_it_is_finished() -> None:
    context = {"url": "/orders/OR-1/progress/", "label": "Building", "done": 3, "total": 1200}

    running = render_to_string("components/_progress.html", context)
    done = render_to_string("components/_progress.html", {**context, "finished": True})

    assert 'hx-get="/orders/OR-1/progress/"' in running
    assert 'max="1200"' in running
    assert "hx-get" not in done


def test_owner_card_shows_the_six_blocks_in_order() -> None:
    names = ["who_asks", "for_what", "which_data", "how_long", "who_else", "reward_and_stop"]
    card: dict[str, dict[str, object]] = {
        name: {"headline": f"H {name}", "text": f"T {name}"} for name in names
    }
    card["which_data"]["fields"] = ["Latitude", "Speed"]

    html = render_to_string("components/_owner_card.html", {"card": card, "changed": ["who_else"]})

    assert [html.index(f"H {name}") for name in names] == sorted(
        html.index(f"H {name}") for name in names
    )
    assertInHTML('<ul class="ownercard__fields"><li>Latitude</li><li>Speed</li></ul>', html)
    assert html.count("ownercard__block--changed") == 1


def test_fill_meter_says_the_same_in_words_as_in_the_picture() -> None:
    context = {"filled": 142, "places": 200, "minimum": 50}

    html = render_to_string("components/_fill_meter.html", context)

    assert "142 of 200 places filled, 71 per cent. The smallest group is 50." in html
    assert 'class="meter__fill" width="71%"' in html


@pytest.mark.parametrize(("count", "said"), [(0, "0"), (99, "99"), (100, "99+")])
def test_at_most_says_where_counting_ends(count: int, said: str) -> None:
    assert render("{{ count|at_most:99 }}", count=count) == said
