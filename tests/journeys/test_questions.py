"""A question from the offer's page, past a moderator, to an answer that everybody reads."""

from tests.journeys import crowd
from tests.journeys.person import DESKTOP, PHONE, Person

OFFER = "/offers/evening-plays/"
QUESTION = "Is it said on which device a song was played?"
ANSWER = "No. Song, artist, album and time are all that is in it."


def asks(buyer: Person) -> None:
    """First with an address, which is refused in words."""
    buyer.open(OFFER)
    buyer.follow("Ask a question")
    buyer.arrives("Ask a question")
    buyer.fill("Your question", f"{QUESTION} Write to ines@tidewater.example")
    with buyer.expecting("422"):
        buyer.press("Ask this question")
        buyer.sees("No links, e-mail addresses or telephone numbers")
    buyer.looks_around()
    buyer.fill("Your question", QUESTION)
    buyer.press("Ask this question")
    buyer.sees("Asked by your organisation, not shown yet")
    buyer.arrives("Questions")


def shows_and_answers(moderator: Person) -> None:
    moderator.open("/moderation/questions/")
    moderator.arrives("Questions to look at")
    moderator.follow(QUESTION)
    moderator.arrives("A question")
    moderator.press("Show it to everybody")
    moderator.sees("Everybody can read it now.")
    moderator.fill("Your answer", ANSWER)
    moderator.press("Answer for everybody")
    moderator.sees(ANSWER)
    moderator.looks_around()


def test_a_question_is_asked_looked_at_answered_and_read(people, standing, ines):
    buyer = people(PHONE).is_logged_in_as(ines)
    asks(buyer)
    shows_and_answers(people(DESKTOP).is_logged_in_as(crowd.moderator(standing)))

    visitor = people(DESKTOP)
    visitor.open(OFFER)
    visitor.sees(ANSWER)
    visitor.sees("Museum or gallery, Bristol")
    visitor.looks_around()
    buyer.open("/questions/")
    buyer.arrives("Questions")
    buyer.sees("Answered")
