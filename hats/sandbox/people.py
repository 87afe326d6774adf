"""Invented people: a name, a town, a body, habits; the same again for the same seed.

Names are common first names joined to surnames made of landscape words, so that nobody real is
meant. Towns and their coordinates are real.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

_WOMEN_TEXT = """
    Amelia Aisha Beth Carys Chloe Daisy Elin Esme Fatima Freya Grace Hannah Imogen Isla Jade
    Keira Layla Leah Maisie Maya Megan Nadia Niamh Olivia Phoebe Priya Rosa Ruby Sana Sofia Tessa
    Una Violet Wren Yasmin Zara Ines Lena Mira Nell
"""
_MEN_TEXT = """
    Adam Arun Ben Callum Daniel Dylan Eddie Elias Felix Finn George Hamish Harry Idris Isaac
    Jack Jonah Kieran Kofi Leo Liam Marcus Milo Nathan Noah Omar Oscar Owen Rafi Rhys Ruben Sam
    Sanjay Theo Tom Umar Victor Will Yusuf Zack
"""
_SURNAMES_TEXT = """
    Alderbrook Applemoor Ashwater Barleycombe Beckhollow Birchgrove Bramblewick
    Brightwater Brookmere Cinderhill Cloverdale Coppergate Cragside Dalewood Driftwell Eastmarsh
    Elmsway Emberley Fairhaven Farrowby Fennimoor Fernhollow Foxmeadow Glenwater Goldenash
    Greywell Harbourn Hartsmere Hawksmoor Hazelbeck Heathercote Hollybourne Ivythorn Junipress
    Kestrelby Kingsbrook Lakefield Larkmead Lindenshaw Loweswater Maplethorn Marshgate
    Meadowcroft Millbrae Mistledon Moorcastle Mossgrave Netherby Nightingate Northbeck Oakhaven
    Orchardine Otterburn Pebblewick Pinewater Quarryside Ravensby Reedmarsh Ridgewell Rowanfell
    Rushmere Saltmarsh Sandhaven Shorewell Silverbeck Skylark Southmoor Starling Stonebridge
    Summerhay Swanmere Thistlewood Thornbury Underhill Vale Waterhouse Wheatley Whinfell
    Wildgoose Willowby Windermoor Winterbourne Woodlark Wrenfield Yarrowby Yewdale
"""

WOMEN, MEN, SURNAMES = (text.split() for text in (_WOMEN_TEXT, _MEN_TEXT, _SURNAMES_TEXT))


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    county: str
    postcode: str
    latitude: float
    longitude: float

    @property
    def label(self) -> str:
        """Tell two parts of one city apart."""
        return f"{self.name} {self.postcode}"


TOWNS = (
    Town("London", "Greater London", "E8", 51.5465, -0.0553),
    Town("London", "Greater London", "SE15", 51.4730, -0.0687),
    Town("Manchester", "Greater Manchester", "M4", 53.4846, -2.2310),
    Town("Birmingham", "West Midlands", "B13", 52.4459, -1.8890),
    Town("Leeds", "West Yorkshire", "LS6", 53.8197, -1.5690),
    Town("Sheffield", "South Yorkshire", "S7", 53.3590, -1.4896),
    Town("Liverpool", "Merseyside", "L17", 53.3792, -2.9369),
    Town("Bristol", "Bristol", "BS6", 51.4697, -2.5925),
    Town("Newcastle upon Tyne", "Tyne and Wear", "NE2", 54.9911, -1.6050),
    Town("Nottingham", "Nottinghamshire", "NG7", 52.9530, -1.1780),
    Town("Leicester", "Leicestershire", "LE2", 52.6206, -1.1150),
    Town("York", "North Yorkshire", "YO31", 53.9701, -1.0730),
    Town("Brighton", "East Sussex", "BN2", 50.8283, -0.1247),
    Town("Norwich", "Norfolk", "NR2", 52.6270, 1.2760),
    Town("Exeter", "Devon", "EX4", 50.7310, -3.5270),
    Town("Edinburgh", "Midlothian", "EH9", 55.9330, -3.1840),
    Town("Glasgow", "Lanarkshire", "G12", 55.8790, -4.2990),
    Town("Cardiff", "South Glamorgan", "CF5", 51.4850, -3.2120),
    Town("Swansea", "West Glamorgan", "SA2", 51.6140, -3.9800),
    Town("Belfast", "County Antrim", "BT9", 54.5790, -5.9510),
)

# Whoever is made by hand stays the same person, whatever seed the others come from.
SEED_BY_HAND = "by hand"

# How often a plug is found: by far not everybody has everything. In percent.
PLUGS = {
    "fitbit": 62,
    "spotify": 72,
    "facebook": 66,
    "twitter": 48,
    "instagram": 58,
    "calendar": 70,
    "monzo": 55,
    "uber": 42,
    "locations": 64,
    "profile": 80,
    # New ones are added below: the chances are drawn in this order, so nobody loses a plug.
    "notes": 38,
    "questionnaires": 30,
    "insights": 34,
    "old-phone": 22,
    "ozm-facebook": 12,
    "databuyer": 8,
}


@dataclass(frozen=True, slots=True)
class Person:
    """One HAT owner.

    :param name: the first label of the HAT's domain, and the user name to log in with.
    :param plugs: which sources fill this HAT.
    :param pace: how active this person is, around 1.
    """

    name: str
    password: str
    first_name: str
    last_name: str
    gender: str
    born: date
    town: Town
    height_cm: int
    weight_kg: float
    pace: float
    plugs: frozenset[str]
    seed: str

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        return f"{self.name.replace('-', '.')}@example.org"

    def chance(self, *about: object) -> Random:
        """Make a source of chance for one subject: each call with the same words is the same."""
        return _chance(self.seed, self.name, *about)

    def age_on(self, day: date) -> int:
        had_birthday = (day.month, day.day) >= (self.born.month, self.born.day)
        return day.year - self.born.year - (not had_birthday)


def _chance(*about: object) -> Random:
    return Random("/".join(str(word) for word in about))  # noqa: S311 - believable, not secret


def name_of(index: int, *, seed: str) -> str:
    """Name the index-th HAT; whichever number of HATs is served, it keeps its name."""
    firsts = WOMEN + MEN
    pairs = len(firsts) * len(SURNAMES)
    # A step without common divisor visits every pair once, in an order that looks mixed.
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) % pairs
    place = (start + index * 2_633) % pairs
    name = f"{firsts[place % len(firsts)]}-{SURNAMES[place // len(firsts)]}".lower()
    return name if index < pairs else f"{name}-{index // pairs + 1}"


def person_named(name: str, *, seed: str) -> Person:
    first, last = (part.capitalize() for part in name.split("-")[:2])
    return _person(name, seed=seed, first_name=first, last_name=last, is_woman=first in WOMEN)


def person_by_hand(*, name: str, password: str, town: Town, plugs: frozenset[str]) -> Person:
    """Give a body and habits to somebody of whom only this much is known."""
    chance = _chance(SEED_BY_HAND, name)
    first, *rest = (part.capitalize() for part in name.split("-"))
    last = " ".join(rest) or chance.choice(SURNAMES)
    is_woman = first in WOMEN or (first not in MEN and chance.choice([True, False]))
    person = _person(name, seed=SEED_BY_HAND, first_name=first, last_name=last, is_woman=is_woman)
    return replace(person, password=password, town=town, plugs=plugs)


def _person(name: str, *, seed: str, first_name: str, last_name: str, is_woman: bool) -> Person:
    chance = _chance(seed, name)
    height = round(chance.gauss(164 if is_woman else 177, 7))
    return Person(
        name=name,
        password=_password(chance),
        first_name=first_name,
        last_name=last_name,
        gender="FEMALE" if is_woman else "MALE",
        born=date(1958, 1, 1) + timedelta(days=chance.randrange(48 * 365)),
        town=chance.choice(TOWNS),
        height_cm=height,
        weight_kg=round((height / 100) ** 2 * chance.gauss(24.6, 3), 1),
        pace=min(1.8, max(0.4, chance.gauss(1, 0.28))),
        plugs=frozenset(plug for plug, share in PLUGS.items() if chance.randrange(100) < share),
        seed=seed,
    )


def invented_password(name: str) -> str:
    return _password(_chance(SEED_BY_HAND, name, "password"))


_PASSWORD_WORDS = (
    "amber", "anchor", "autumn", "basket", "bridge", "candle", "canyon", "copper", "feather",
    "garden", "harbour", "island", "lantern", "marble", "meadow", "orchid", "paper", "pebble",
    "river", "saddle", "silver", "timber", "velvet", "window",
)  # fmt: skip


def _password(chance: Random) -> str:
    return "-".join([*chance.sample(_PASSWORD_WORDS, 2), str(chance.randrange(10, 100))])
