"""Monzo: card payments, transfers, a salary, fees, and now and then a holiday abroad."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from hats.sandbox.people import Person, Town
from hats.sandbox.plugs.source import Item, days, happens, iso_ms, moment

_DAYS = 180
_HOLIDAY_LENGTH = 8
_PAY_DAY = 28

# Category, most seen pence, shops.
_SPENDING: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("groceries", 2_350, ("Corner & Sons", "Greenbasket", "Marketfresh", "Millers Food Hall")),
    ("eating_out", 1_280, ("Harbour Cafe", "The Copper Kettle", "Noodle Yard", "Pier Coffee")),
    ("transport", 460, ("Northline Rail", "City Buses", "Tramway", "Parkright")),
    ("shopping", 3_400, ("Paper & Thread", "Brightside Books", "Hobb Hardware", "Wear Again")),
    ("entertainment", 1_500, ("Regent Picture House", "Bowl Street", "Harbour Jazz Club")),
    ("bills", 4_200, ("Brightspark Energy", "Fibrewave", "Clearwater")),
    ("cash", 4_000, ("Cash machine",)),
    ("personal_care", 1_900, ("Hairworks", "Corner Chemist")),
)
_FEES = (
    ("Foreign transaction fee", 90, 420),
    ("ATM withdrawal fee", 150, 300),
    ("Late payment fee", 500, 1_200),
    ("Account fee for packaged account", 500, 1_500),
)
_ABROAD: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("EUR", "ESP", "Valencia", ("Bar del Port", "Mercat Nou", "Museu del Mar")),
    ("EUR", "FRA", "Lyon", ("Boulangerie Fort", "Halle du Quai", "Metro Lyon")),
    ("EUR", "IRL", "Galway", ("Quay Street Inn", "Corrib Crafts")),
    ("USD", "USA", "Portland", ("Maple Diner", "Riverfront Books", "City Rail")),
)
_RATES = {"EUR": 0.86, "USD": 0.79}


def transactions(person: Person, today: date) -> Iterator[Item]:
    for day in days(_DAYS, until=today):
        chance = person.chance("money", day)
        abroad = _abroad(person, day)
        entries = [_card(chance, person.town, abroad) for _ in range(_count(chance, person))]
        entries += _monthly(chance, day)
        for number, entry in enumerate(entries):
            at = moment(day, chance.randrange(7 * 3600, 22 * 3600) + chance.random())
            booked = _booked(entry, chance, at)
            yield f"{day}/{number}", at + timedelta(minutes=5), booked
            if happens(person.chance("settled", day, number), 0.05):
                # Settling may write the transaction again, under its id.
                settled = at + timedelta(hours=30)
                again = booked | {"settled": settled.strftime("%Y-%m-%dT%H:%M:%SZ")}
                yield f"{day}/{number}/settled", settled, again


def _count(chance: Random, person: Person) -> int:
    return min(6, round(chance.expovariate(0.6) * person.pace))


def _abroad(person: Person, day: date) -> tuple[str, str, str, tuple[str, ...]] | None:
    """Whether this person is away on this day: a week in some seasons, for about half of all."""
    season = person.chance("holiday", day.year, day.month // 3)
    starts = season.randrange(1, 75)
    days_in = (day - date(day.year, max(1, day.month // 3 * 3), 1)).days - starts
    place = season.choice(_ABROAD)
    return place if happens(season, 0.55) and 0 <= days_in < _HOLIDAY_LENGTH else None


def _card(
    chance: Random, town: Town, abroad: tuple[str, str, str, tuple[str, ...]] | None
) -> dict[str, object]:
    category, usual, shops = chance.choice(_SPENDING)
    minor = max(80, round(chance.lognormvariate(0, 0.6) * usual))
    shop, currency, country, city = chance.choice(shops), "GBP", "GBR", town.name
    if abroad:
        currency, country, city, shops = abroad
        shop, category = chance.choice(shops), chance.choice(["holidays", "eating_out"])
    in_pence = round(minor * _RATES.get(currency, 1))
    return {
        "amount": -in_pence,
        "local_amount": -minor,
        "local_currency": currency,
        "description": f"{shop} {city} {country}".upper(),
        "category": category,
        "merchant": _merchant(chance, shop=shop, city=city, country=country, town=town),
    }


def _merchant(
    chance: Random, *, shop: str, city: str, country: str, town: Town
) -> dict[str, object]:
    street = f"{chance.randrange(1, 90)} {chance.choice(['Quay St', 'Mill Ln', 'High St'])}"
    address: dict[str, object] = {"address": street, "city": city, "country": country}
    if country == "GBR":
        address |= {
            "postcode": f"{town.postcode} {chance.randrange(1, 9)}AB",
            "latitude": round(town.latitude + chance.gauss(0, 0.01), 5),
            "longitude": round(town.longitude + chance.gauss(0, 0.01), 5),
            "short_formatted": f"{street}, {city}",
        }
    merchant_id = "merch_" + shop.lower().replace(" ", "").replace("&", "")
    return {"id": merchant_id, "name": shop, "address": address}


def _monthly(chance: Random, day: date) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = []
    if day.day == _PAY_DAY:
        salary = chance.randrange(165_000, 340_000)
        entries.append(_transfer(salary, "SALARY", "general", "Employer Payroll"))
    if day.day == 1:
        rent = -chance.randrange(52_000, 115_000)
        entries.append(_transfer(rent, "RENT", "bills", "Letting Agent"))
    if happens(chance, 0.035):
        text, least, most = chance.choice(_FEES)
        fee = _transfer(-chance.randrange(least, most, 5), text, "general", None)
        entries.append(fee)
    if happens(chance, 0.06):
        paid = _transfer(-chance.randrange(400, 4_500), "Thanks for dinner", "general", "Sam Reed")
        entries.append(paid | {"metadata": {"p2p_transfer_id": f"p2p_{chance.getrandbits(40):x}"}})
    return entries


def _transfer(minor: int, text: str, category: str, counterparty: str | None) -> dict[str, object]:
    return {
        "amount": minor,
        "local_amount": minor,
        "local_currency": "GBP",
        "description": text,
        "category": category,
        "merchant": None,
        "counterparty": {"name": counterparty} if counterparty else {},
    }


def _booked(entry: dict[str, object], chance: Random, at: datetime) -> dict[str, object]:
    """Add what the bank adds; a few entries never settle."""
    settles = at + timedelta(hours=chance.randrange(14, 40))
    return {
        "id": f"tx_0000{chance.getrandbits(64):x}",
        "created": iso_ms(at),
        "settled": "" if happens(chance, 0.03) else settles.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "currency": "GBP",
        "notes": "",
        "is_load": False,
        "originator": False,
        "account_balance": chance.randrange(4_000, 220_000),
        "scheme": "mastercard" if entry["merchant"] else "uk_retail_fps",
        "metadata": {},
        **entry,
    }
