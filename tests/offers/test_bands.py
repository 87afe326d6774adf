"""T75, T76, T83: whatever is asked, and in which order, nobody can be made out by the answers."""

from collections import Counter

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from common.templatetags.ui import BAND_EDGES
from offers.bands import FEWEST, STICKY, counted, questions_of, settled

ENDPOINTS = "abcd"
Everything = frozenset(ENDPOINTS)
QUESTIONS = questions_of(Everything)

holdings = st.frozensets(st.sampled_from(ENDPOINTS))
# Groups around the edges of bands: where a single person could tip an answer.
sizes = st.one_of(st.integers(0, 12), st.integers(8, 60), st.integers(85, 120))
crowds = st.dictionaries(holdings, sizes, max_size=8).map(Counter)
histories = st.lists(crowds, min_size=1, max_size=4)


def _after(history, shown=None):
    """What is shown once these crowds have been counted one after the other."""
    for crowd in history:
        shown = settled(counted(crowd, QUESTIONS), shown or {}, edges=BAND_EDGES)
    return shown


def _with_one_more(crowd, held):
    return crowd + Counter({held: 1})


@given(histories)
def test_no_answer_is_below_ten_or_above_the_count(history):
    counts = counted(history[-1], QUESTIONS)

    for question, people in _after(history).items():
        assert people == 0 or people in BAND_EDGES
        assert people <= counts[question]


@given(histories)
def test_two_answers_that_differ_have_ten_people_between_them(history):
    counts, shown = counted(history[-1], QUESTIONS), _after(history)

    for part in QUESTIONS:
        for whole in (one for one in QUESTIONS if part < one):
            assert shown[part] >= shown[whole]
            if shown[part] > shown[whole]:
                assert counts[part] - counts[whole] >= FEWEST


@given(histories, holdings)
def test_counting_the_same_people_again_changes_nothing(history, held):
    shown = _after(history)

    assert _after([history[-1]], shown) == shown


@given(histories, holdings)
def test_one_person_who_comes_and_goes_moves_no_answer_twice(history, held):
    there, gone = _with_one_more(history[-1], held), history[-1]
    first = _after([there], _after(history))

    second = _after([gone], first)
    third = _after([there], second)

    assert _after([gone], third) == third
    assert _after([gone, there, gone], third) == third


@given(histories, holdings)
@settings(max_examples=300)
def test_one_person_more_changes_an_answer_only_at_an_edge(history, held):
    before = _after(history)
    after = _after([_with_one_more(history[-1], held)], before)
    counts = counted(_with_one_more(history[-1], held), QUESTIONS)
    touched = {question for question in QUESTIONS if question <= held}
    at_an_edge = {question for question in touched if counts[question] - STICKY in BAND_EDGES}
    apart = {counts[one] - counts[other] for one in touched for other in QUESTIONS if one < other}
    assume(not at_an_edge and FEWEST + STICKY not in apart)

    assert after == before


@given(histories)
def test_a_question_nobody_asked_before_starts_from_nothing(history):
    fresh = settled(counted(history[-1], QUESTIONS), {}, edges=BAND_EDGES)

    assert all(people <= _after(history)[question] for question, people in fresh.items())


def test_an_answer_rises_five_beyond_an_edge_and_falls_below_it():
    question = frozenset("a")

    answers = []
    for people in (14, 15, 14, 10, 9, 14):
        shown = {question: answers[-1]} if answers else {}
        answers.append(settled({question: people}, shown, edges=BAND_EDGES)[question])

    assert answers == [0, 10, 10, 10, 0, 0]


def test_a_small_rest_is_hidden_in_the_whole():
    music, both = frozenset("a"), frozenset("ab")

    shown = settled({music: 26, both: 15}, {}, edges=BAND_EDGES)

    assert shown == {music: 10, both: 10}  # eleven apart: 20 beside 10 would tell of them


def test_of_many_endpoints_only_the_next_smaller_sets_are_asked():
    six = frozenset("abcdef")

    assert len(questions_of(six)) == 7
    assert questions_of(frozenset()) == set()
