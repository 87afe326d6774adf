"""Questions on the offer's page and on their own: kept, renewed, in order, counted."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from offers.actions import question_decisions as decisions
from offers.actions import questions
from offers.models import Offer, Shelf
from tests import factories
from tests.factories import NOON
from tests.offers.questions.saying import ASKED, GIVEN, ask, give_answer


def offer_page(offer):
    return reverse("offers:offer-detail", args=[offer.slug])


def list_of(offer):
    return reverse("offers:offer-questions", args=[offer.slug])


def show_many(offer, moderator, count):
    for number in range(count):
        buyer = factories.make_member(factories.make_organisation())
        question = ask(offer, buyer, f"Question number {number} about these songs?")
        decisions.show(words=question, by=moderator, at=NOON)


def test_an_offer_nobody_asked_about_says_so(client, offer):
    assert "No questions here yet" in client.get(offer_page(offer)).content.decode()
    assert "No questions here yet" in client.get(list_of(offer)).content.decode()


def test_a_kept_offer_page_shows_a_question_and_its_answer_at_once(
    client, moderator, asked, answerer, offer
):
    assert ASKED not in client.get(offer_page(offer)).content.decode()

    decisions.show(words=asked, by=moderator, at=NOON)
    assert ASKED in client.get(offer_page(offer)).content.decode()

    answer = give_answer(asked, answerer)
    decisions.show(words=answer, by=moderator, at=NOON)
    assert GIVEN in client.get(offer_page(offer)).content.decode()

    decisions.hide(words=answer, reason="It is wrong.", by=moderator, at=NOON)
    assert GIVEN not in client.get(offer_page(offer)).content.decode()

    decisions.hide(words=asked, reason="It is rude.", by=moderator, at=NOON)
    assert ASKED not in client.get(offer_page(offer)).content.decode()


def test_what_nobody_reads_leaves_kept_pages_alone(client, buyer, moderator, answerer, shown):
    stamp = Shelf.objects.get().stamp

    question = ask(shown.offer, buyer)
    questions.withdraw(question=question, by=buyer, at=NOON)
    turned_down = ask(shown.offer, buyer)
    decisions.turn_down(words=turned_down, reason="Rude.", by=moderator, at=NOON)
    answer = give_answer(shown, answerer)
    decisions.turn_down(words=answer, reason="Wrong.", by=moderator, at=NOON)

    assert Shelf.objects.get().stamp == stamp


def test_a_visitor_meets_the_kept_list_at_the_cost_of_one_query(
    client, shown, django_assert_num_queries
):
    first = client.get(list_of(shown.offer))

    with django_assert_num_queries(1):
        second = client.get(list_of(shown.offer))

    assert second.content == first.content


def test_the_offer_page_shows_a_few_with_answered_ones_first_and_says_how_many(
    client, moderator, answered, offer
):
    show_many(offer, moderator, 4)

    text = client.get(offer_page(offer)).content.decode()

    assert text.count('class="question"') == 3
    assert text.index(ASKED) < text.index("Question number 3") < text.index("Question number 2")
    assert "Question number 1" not in text
    assert "Read all questions (5)" in text


def test_the_list_is_paged_and_costs_the_same_for_few_and_for_many(
    client, moderator, buyer, offer, django_assert_num_queries
):
    show_many(offer, moderator, 1)
    client.force_login(buyer)
    with django_assert_num_queries(6):  # session, person, offer, waiting, count, questions
        client.get(list_of(offer))
    show_many(offer, moderator, 24)

    with django_assert_num_queries(6):
        first = client.get(list_of(offer)).content.decode()
    second = client.get(list_of(offer), {"page": "2"}).content.decode()

    assert (first.count('class="question"'), second.count('class="question"')) == (20, 5)


def test_a_long_question_is_short_on_the_offer_page_and_whole_in_the_list(
    client, buyer, moderator, offer
):
    question = ask(offer, buyer, "Is it in there? " * 50 + "The very end.")
    decisions.show(words=question, by=moderator, at=NOON)

    assert "The very end." not in client.get(offer_page(offer)).content.decode()
    assert "The very end." in client.get(list_of(offer)).content.decode()


def test_words_are_text_and_nothing_else(client, buyer, moderator, offer):
    words = "Is <b>bold</b> & <script>alert(1)</script> in it?"
    decisions.show(words=ask(offer, buyer, words), by=moderator, at=NOON)

    text = client.get(offer_page(offer)).content.decode()

    assert escape(words) in text
    assert words not in text


@pytest.mark.parametrize("address", ["/", "/offers/", "/catalogue.jsonld", "/sitemap.xml"])
def test_questions_about_a_private_offer_stand_with_its_code_only(
    client, buyer, moderator, offer, address
):
    Offer.objects.filter(pk=offer.pk).update(invitation_code="CODE", slug="invited-code")
    offer.refresh_from_db()
    decisions.show(words=ask(offer, buyer), by=moderator, at=NOON)

    own = client.get(list_of(offer)).content.decode()

    assert ASKED in own
    assert 'content="noindex"' in own
    assert ASKED not in client.get(address).content.decode()
    assert list_of(offer) not in client.get(address).content.decode()


@pytest.mark.parametrize(("person", "reads"), [("buyer", False), ("answerer", True)])
def test_who_asked_about_a_private_offer_learns_no_newer_address_of_it(
    client, request, shown, offer, person, reads
):
    Offer.objects.filter(pk=offer.pk).update(invitation_code="NEW", slug="invited-new")
    client.force_login(request.getfixturevalue(person))

    own = client.get(reverse("offers:question", args=[shown.reference])).content.decode()

    assert ASKED in own
    assert ("invited-new" in own) is reads


def test_a_question_is_found_with_its_own_offer_only(client, stranger, shown, version):
    client.force_login(stranger)
    page = reverse("offers:offer-question-report", args=[version.offer.slug, shown.reference])

    assert client.get(page).status_code == 404


def test_a_hat_owner_reads_and_neither_asks_nor_keeps_questions(client, owner, shown):
    client.force_login(owner.user, backend="hats.backends.HatBackend")

    assert ASKED in client.get(list_of(shown.offer)).content.decode()
    form = reverse("offers:offer-question-new", args=[shown.offer.slug])
    assert client.get(form).status_code == 404
    assert client.get(reverse("offers:my-questions")).status_code == 404


def test_every_form_carries_its_token(client, buyer, moderator, answerer, shown, offer):
    """A fragment that is included alone has to be handed it."""
    waiting = ask(offer, buyer)
    pages = [
        (buyer, reverse("offers:offer-question-new", args=[offer.slug])),
        (buyer, reverse("offers:question", args=[waiting.reference])),
        (buyer, reverse("offers:offer-question-report", args=[offer.slug, shown.reference])),
        (answerer, reverse("offers:question", args=[shown.reference])),
        (moderator, reverse("offers:moderation-question", args=[shown.reference])),
    ]

    for person, page in pages:
        client.force_login(person)
        text = client.get(page).content.decode()
        posting = text.count('method="post"') - 1  # the switch of languages carries none
        assert posting > 1, page  # besides logging out
        assert text.count('name="csrfmiddlewaretoken"') == posting, page
