"""Answers that owners gave in their HAT's questionnaires; spelling of the fields as found there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from hats.sandbox.people import Person
from hats.sandbox.plugs import vocabulary as words
from hats.sandbox.plugs.source import Generate, Item, epoch, happens, moment

Answers = dict[str, object]
_RELATIONS = ("Single", "Married", "In a relationship", "Divorced", "Widowed")
_HOMES = ("Flat", "House", "Shared house", "Studio")
_TOGETHER = ("Alone", "With partner", "With family", "With friends")
_INCOMES = ("Under £20,000", "£20,000-£40,000", "£40,000-£60,000", "Over £60,000", "")
_JOBS = ("Employed full-time", "Employed part-time", "Self-employed", "Student", "Retired", "")
_DEGREES = ("GCSE", "A level", "Bachelor's degree", "Master's degree", "Doctorate")
_INTERESTS = (
    "Sports", "Gaming", "Travel", "Music", "Beer", "Wine", "Coffee", "Vietnamese", "Italian",
    "Vegetarian", "Gardening", "Photography", "Cinema", "Theatre", "Cycling", "Science",
)  # fmt: skip


def _saved(person: Person, what: str) -> Iterator[tuple[str, datetime]]:
    """Say when the page was saved: once, or twice."""
    chance = person.chance("saved", what)
    for number in range(chance.choice([1, 1, 1, 2])):
        day = date(2025, 1 + 6 * number, 1) + timedelta(days=chance.randrange(170))
        yield str(number), moment(day, chance.randrange(8 * 3600, 22 * 3600))


@dataclass(frozen=True)
class _Page:
    """One questionnaire.

    :param dated: how often ``unixTimeStamp`` is there.
    """

    name: str
    answer: Callable[[Random, Person], Answers]
    dated: float = 1

    def __call__(self, person: Person, _today: date) -> Iterator[Item]:
        for key, at in _saved(person, self.name):
            chance = person.chance(self.name, key)
            answers = self.answer(chance, person)
            if happens(chance, self.dated):
                answers["unixTimeStamp"] = epoch(at)
            yield key, at, answers


def _about(chance: Random, person: Person) -> Answers:
    gender = person.gender.capitalize() if happens(chance, 0.9) else ""
    return {
        "dateOfBirth": person.born.isoformat(),
        "gender": gender,
        "incomeGroup": chance.choice(_INCOMES),
    }


def _employment(chance: Random, _person: Person) -> Answers:
    return {"status": chance.choice(_JOBS)}


def _living(chance: Random, _person: Person) -> Answers:
    children = chance.choice([0, 0, 0, 1, 2, 3])
    return {
        "relationshipStatus": chance.choice(_RELATIONS),
        "typeOfAccomodation": chance.choice(_HOMES),
        "livingSituation": chance.choice(_TOGETHER),
        "numberOfPeopleInHousehold": str(1 + children + chance.randrange(3)),
        "numberOfChildren": str(children),
        "numberOfDecendants": str(children),
    }


def _education(chance: Random, _person: Person) -> Answers:
    return {"highestAcademicQualification": chance.choice(_DEGREES)}


def _nationality(chance: Random, person: Person) -> Answers:
    """Numbers of passports are never invented: somebody might really have them."""
    return {
        "nationality": "British",
        "passportHeld": chance.choice(["British", ""]),
        "passportNumber": "",
        "placeOfBirth": person.town.name if happens(chance, 0.6) else "",
        "language": "English",
    }


def _household(chance: Random, _person: Person) -> Answers:
    children = chance.choice([0, 0, 1, 2])
    return {
        "relationshipStatus": chance.choice(_RELATIONS),
        "typeOfAccomodation": chance.choice(_HOMES),
        "livingSituation": chance.choice(_TOGETHER),
        "howManyUsuallyLiveInYourHousehold": str(1 + children + chance.randrange(3)),
        "householdOwnership": chance.choice(["Rented", "Owned", "Owned with a mortgage", ""]),
        "hasChildren": "Yes" if children else "No",
        "numberOfChildren": children,
        "additionalDependents": "",
    }


def _to_remember(chance: Random, _person: Person) -> Answers:
    title, body = chance.choice(words.THINGS_TO_REMEMBER)
    return {"title": title, "body": body}


def _interests(chance: Random, _person: Person) -> Answers:
    """Only what was ticked is there."""
    return dict.fromkeys(sorted(chance.sample(_INTERESTS, chance.randrange(2, 9))), True)


def _priorities(*questions: str) -> Callable[[Random, Person], Answers]:
    def answer(chance: Random, _person: Person) -> Answers:
        array = [{"question": text, "interest": chance.randrange(1, 6)} for text in questions]
        return {"array": array}

    return answer


_PRIORITIES: dict[str, tuple[str, ...]] = {
    "dietary": ("Eat more vegetables", "Lose weight", "Cook at home more often"),
    "physicalactivities": ("Walk every day", "Join a club", "Learn to swim"),
    "lifestyle": ("Spend less time on the phone", "Travel more", "Volunteer"),
    "happinessandmentalhealth": ("Sleep better", "See friends more often", "Worry less"),
    "financialmanagement": ("Save for a home", "Pay off debts", "Understand pensions"),
}

PAGES: dict[str, Generate] = {
    f"rumpel/{page.name}": page
    for page in (
        _Page("profile/profileinfo", _about),
        _Page("profile/employmentstatus", _employment),
        _Page("profile/livinginfo", _living),
        _Page("education", _education),
        _Page("nationality", _nationality, dated=0.6),
        # The app that asks writes capitals in this name, which no HAT takes in an address.
        _Page("relationshipandhousehold", _household, dated=0.6),
        _Page("stufftoremember", _to_remember),
        _Page("interests", _interests, dated=0),
        *(_Page(f"priorities/{name}", _priorities(*asked)) for name, asked in _PRIORITIES.items()),
    )
}
