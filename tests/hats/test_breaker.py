"""When we stop asking a HAT that keeps failing, and when we try again."""

from hats.breaker import MOST_REMEMBERED, Breakers, CircuitBreaker


def test_it_opens_after_the_threshold_of_failures_in_a_row():
    breaker = CircuitBreaker(threshold=3, rest=30)

    waits = []
    for _ in range(3):
        waits.append(breaker.wait(100))
        breaker.failed(100)

    assert (waits, breaker.wait(100), breaker.wait(129)) == ([0, 0, 0], 30, 1)


def test_half_open_it_lets_one_question_through():
    breaker = CircuitBreaker(threshold=1, rest=30)
    breaker.failed(0)

    assert breaker.wait(30) == 0
    assert breaker.wait(30) == 30


def test_a_failed_trial_doubles_the_rest_up_to_the_longest():
    breaker = CircuitBreaker(threshold=1, rest=30, longest_rest=100)
    rests = []
    at = 0.0
    for _ in range(4):
        breaker.failed(at)
        rests.append(breaker.wait(at))
        at += rests[-1]
        breaker.wait(at)

    assert rests == [30, 60, 100, 100]


def test_an_abandoned_trial_is_given_back():
    breaker = CircuitBreaker(threshold=1, rest=30)
    breaker.failed(0)
    breaker.wait(30)

    breaker.abandoned()

    assert breaker.wait(30) == 0


def test_success_forgets_all_failures_of_that_name_only():
    breakers = Breakers(threshold=1)
    breakers.failed("ill", at=0)
    breakers.failed("well again", at=0)

    breakers.succeeded("well again")

    assert (breakers.wait("ill", at=1), breakers.wait("well again", at=1)) == (29, 0)


def test_unknown_names_may_be_asked_and_abandoned():
    breakers = Breakers(threshold=1)

    breakers.abandoned("new")

    assert breakers.wait("new", at=0) == 0


def test_memory_is_bounded_by_forgetting_the_oldest_failures():
    breakers = Breakers(threshold=1)
    for number in range(MOST_REMEMBERED + 1):
        breakers.failed(str(number), at=0)

    assert (breakers.wait("0", at=1), breakers.wait("1", at=1)) == (0, 29)
