"""Fitbit: nights, days, exercise, weighings and the account."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from hats.sandbox.people import Person
from hats.sandbox.plugs.source import Item, days, epoch, happens, iso_ms, iso_ms_no_zone, moment

_NIGHTS, _DAYS, _EXERCISE_DAYS, _WEIGHING_DAYS, _PROFILE_DAYS = 90, 150, 180, 400, 90
_HOUR = 3600


def nights(person: Person, today: date) -> Iterator[Item]:
    habit = person.chance("sleep").gauss(0, 0.8)
    for day in days(_NIGHTS, until=today):
        chance = person.chance("sleep", day)
        if happens(chance, 0.08):  # The watch was charging.
            continue
        in_bed = max(150, round(chance.gauss(448, 52)))
        asleep_at = moment(day, 86_400 * -1 + (23.1 + habit + chance.gauss(0, 0.7)) * _HOUR)
        night = _night(chance, day=day, start=asleep_at.replace(microsecond=0), in_bed=in_bed)
        seen_at = asleep_at + timedelta(minutes=in_bed + 40)
        yield str(day), seen_at, night
        if happens(person.chance("sleep again", day), 0.03):
            # Read once more after a correction, the night comes again under its logId.
            again = night | {"minutesAfterWakeup": 7}
            yield f"{day}/again", seen_at + timedelta(hours=2), again


def _night(chance: Random, *, day: date, start: datetime, in_bed: int) -> dict[str, object]:
    parts = _parts(chance, in_bed=in_bed)
    minutes: Counter[str] = Counter()
    for level, length in parts:
        minutes[level] += length
    count = Counter(level for level, _ in parts)
    asleep = minutes["asleep"]
    return {
        "type": "classic",
        "logId": 30_000_000_000 + epoch(start) % 10_000_000_000,
        "dateOfSleep": day.isoformat(),
        "startTime": iso_ms_no_zone(start),
        "endTime": iso_ms_no_zone(start + timedelta(minutes=in_bed)),
        "duration": in_bed * 60_000,
        "timeInBed": in_bed,
        "minutesAsleep": asleep,
        "minutesAwake": in_bed - asleep,
        "minutesToFallAsleep": 0,
        "minutesAfterWakeup": chance.choice([0, 0, 1, 2, 5]),
        "efficiency": round(asleep / in_bed * 100),
        "infoCode": 0,
        "levels": {
            "data": _timeline(parts, start=start),
            "summary": {
                "awake": {"count": count["awake"], "minutes": minutes["awake"]},
                "asleep": {"count": 0, "minutes": asleep},
                "restless": {"count": count["restless"], "minutes": minutes["restless"]},
            },
        },
    }


def _parts(chance: Random, *, in_bed: int) -> list[tuple[str, int]]:
    """Cut the night into pieces of minutes, mostly asleep."""
    parts: list[tuple[str, int]] = []
    left, is_asleep = in_bed, False
    while left:
        wanted = chance.randrange(12, 44) if is_asleep else chance.choice([1, 1, 2, 2, 3, 5])
        length = min(wanted, left)
        waking = "awake" if happens(chance, 0.12) else "restless"
        parts.append(("asleep" if is_asleep else waking, length))
        left, is_asleep = left - length, not is_asleep
    return parts


def _timeline(parts: list[tuple[str, int]], *, start: datetime) -> list[dict[str, object]]:
    timeline: list[dict[str, object]] = []
    for level, length in parts:
        timeline.append({"level": level, "seconds": length * 60, "dateTime": iso_ms_no_zone(start)})
        start += timedelta(minutes=length)
    return timeline


def day_summaries(person: Person, today: date) -> Iterator[Item]:
    has_altimeter = happens(person.chance("altimeter"), 0.56)
    for day in days(_DAYS, until=today):
        chance = person.chance("day", day)
        is_worn = happens(chance, 0.95)
        steps = max(600, round(chance.gauss(7_900 * person.pace, 2_300))) if is_worn else 0
        summary = _day(chance, person=person, day=day, steps=steps)
        if has_altimeter:
            floors = chance.randrange(0, 22) if is_worn else 0
            summary |= {"floors": floors, "elevation": round(floors * 3.048, 2) or 0}
        if happens(chance, 0.15) and is_worn:  # The plug also came by while the day went on.
            partly = _day(chance, person=person, day=day, steps=steps // 3)
            yield f"{day}/partly", moment(day, 13 * _HOUR), summary | partly
        if happens(person.chance("undated", day), 0.03):
            del summary["dateCreated"]
        yield str(day), moment(day, 86_400 + 600), summary


def _day(chance: Random, *, person: Person, day: date, steps: int) -> dict[str, object]:
    km = round(steps * person.height_cm * 0.00000415, 2) or 0
    brisk, fair = round(steps / 260), round(steps / 420)
    light = round(steps / 42)
    rest_kcal = round(person.weight_kg * 21.5 + person.height_cm * 0.6)
    active_kcal = round(steps * 0.11)
    return {
        "steps": steps,
        "distances": [
            {"activity": "total", "distance": km},
            {"activity": "tracker", "distance": km},
            {"activity": "loggedActivities", "distance": 0},
            {"activity": "veryActive", "distance": round(km * 0.31, 2) or 0},
            {"activity": "moderatelyActive", "distance": round(km * 0.14, 2) or 0},
            {"activity": "lightlyActive", "distance": round(km * 0.55, 2) or 0},
            {"activity": "sedentaryActive", "distance": 0},
        ],
        "activeScore": -1,
        "caloriesBMR": rest_kcal,
        "caloriesOut": rest_kcal + active_kcal,
        "activityCalories": active_kcal,
        "marginalCalories": round(active_kcal * 0.6),
        "dateCreated": day.isoformat(),
        "sedentaryMinutes": max(0, 1440 - chance.randrange(380, 480) - light - fair - brisk),
        "lightlyActiveMinutes": light,
        "fairlyActiveMinutes": fair,
        "veryActiveMinutes": brisk,
    }


# Name, Fitbit's number, km per hour, steps per km, and how often.
_SPORTS = (
    ("Walk", 90013, 4.9, 1_340, 8),
    ("Run", 90009, 9.6, 1_080, 4),
    ("Bike", 90001, 17.5, 0, 3),
    ("Swim", 90024, 2.1, 0, 1),
    ("Sport", 15000, 0.0, 0, 1),
)


def exercise(person: Person, today: date) -> Iterator[Item]:
    for day in days(_EXERCISE_DAYS, until=today):
        chance = person.chance("exercise", day)
        if happens(chance, 0.42 * person.pace):
            start = moment(day, chance.choice([6.6, 7.2, 12.3, 17.4, 18.2, 19.1]) * _HOUR)
            start += timedelta(seconds=chance.randrange(2_400))
            yield str(day), start + timedelta(hours=3), _exercise(chance, person, start)


def _exercise(chance: Random, person: Person, start: datetime) -> dict[str, object]:
    name, number, speed, steps_per_km, _ = chance.choices(
        _SPORTS, weights=[sport[4] for sport in _SPORTS]
    )[0]
    active_ms = max(660, round(chance.gauss(2_300, 900))) * 1000
    km = speed * chance.uniform(0.88, 1.12) * active_ms / 3_600_000
    log: dict[str, object] = {
        "logId": 9_000_000_000 + epoch(start) % 1_000_000_000,
        "logType": "auto_detected",
        "activityName": name,
        "activityTypeId": number,
        "originalStartTime": iso_ms(start),
        "startTime": iso_ms(start),
        "lastModified": iso_ms(start + timedelta(milliseconds=active_ms, minutes=24)),
        "activeDuration": active_ms,
        "originalDuration": active_ms,
        "calories": round(active_ms / 60_000 * person.weight_kg * 0.088),
        "activityLevel": _shares(chance, minutes=active_ms // 60_000),
        "manualValuesSpecified": {"steps": False, "calories": False, "distance": False},
        "tcxLink": f"https://fitness.example/activities/{epoch(start)}.tcx",
    }
    if steps_per_km and happens(person.chance("steps", start), 0.7):
        log["steps"] = round(km * steps_per_km)
    return log | _sometimes_measured(chance, km=km, active_ms=active_ms)


def _sometimes_measured(chance: Random, *, km: float, active_ms: int) -> dict[str, object]:
    """Fill what only some trackers write: GPS, altitude, heart rate."""
    measured: dict[str, object] = {}
    if happens(chance, 0.86):
        measured["duration"] = active_ms
    if km and happens(chance, 0.27):
        hours = active_ms / 3_600_000
        measured |= {
            "distance": round(km, 2),
            "distanceUnit": "Kilometer",
            "speed": round(km / hours, 2),
            "pace": round(hours * 3600 / km, 1),
            "logType": "mobile_run",
            "source": {
                "id": "38Q",
                "name": "Run App",
                "type": "app",
                "url": "https://run.example",
            },
        }
    if happens(chance, 0.72):
        measured["elevationGain"] = round(chance.randrange(0, 14) * 3.048, 3) or 0
    if happens(chance, 0.79):
        measured |= _heart(chance, minutes=active_ms // 60_000)
    return measured


def _heart(chance: Random, *, minutes: int) -> dict[str, object]:
    fat_burn, cardio = round(minutes * 0.6), round(minutes * 0.25)
    zones = [
        {"name": "Out of Range", "min": 30, "max": 94, "minutes": minutes - fat_burn - cardio},
        {"name": "Fat Burn", "min": 94, "max": 131, "minutes": fat_burn},
        {"name": "Cardio", "min": 131, "max": 160, "minutes": cardio},
        {"name": "Peak", "min": 160, "max": 220, "minutes": 0},
    ]
    return {
        "averageHeartRate": chance.randrange(92, 152),
        "heartRateZones": zones,
        "heartRateLink": "https://fitness.example/activities/heart",
    }


def _shares(chance: Random, *, minutes: int) -> list[dict[str, object]]:
    very = round(minutes * chance.uniform(0.3, 0.7))
    fairly = round((minutes - very) * 0.4)
    return [
        {"name": "sedentary", "minutes": 0},
        {"name": "lightly", "minutes": minutes - very - fairly},
        {"name": "fairly", "minutes": fairly},
        {"name": "very", "minutes": very},
    ]


def weighings(person: Person, today: date) -> Iterator[Item]:
    chance_of_scale = person.chance("scale").uniform(0.04, 0.35)
    for day in days(_WEIGHING_DAYS, until=today):
        chance = person.chance("weight", day)
        if not happens(chance, chance_of_scale):
            continue
        at = moment(day, chance.randrange(6 * _HOUR + 1_800, 8 * _HOUR))
        season = (day.timetuple().tm_yday - 180) / 365
        kg = round(person.weight_kg + abs(season) * 2.4 + chance.gauss(0, 0.4), 1)
        weighing: dict[str, object] = {
            "bmi": round(kg / (person.height_cm / 100) ** 2, 2),
            "date": day.isoformat(),
            "time": f"{at:%H:%M:%S}",
            "logId": epoch(at) * 1000,
            "source": "Aria",
            "weight": kg,
        }
        if happens(chance, 0.8):
            fat = (26 if person.gender == "FEMALE" else 19) + chance.gauss(0, 1.4)
            weighing["fat"] = fat  # Unrounded: the real plug leaves the noise of the float.
        else:
            weighing["source"] = "API"
        yield str(day), at + timedelta(minutes=20), weighing


def profile(person: Person, today: date) -> Iterator[Item]:
    for day in days(_PROFILE_DAYS, until=today):
        if day.day in {1, 15}:
            at = moment(day, 6 * _HOUR + 3)
            yield str(day), at, _profile(person, at)


def lifetime(person: Person, today: date) -> Iterator[Item]:
    """Sum up all there ever was; without an altimeter the floors are missing."""
    for day in days(_PROFILE_DAYS, until=today):
        if day.isoweekday() == 1:
            at = moment(day, 6 * _HOUR + 90)
            yield str(day), at, _lifetime(person, day)


def _lifetime(person: Person, day: date) -> dict[str, object]:
    chance = person.chance("lifetime")
    has_altimeter = happens(person.chance("altimeter"), 0.56)
    worn = (day - date(2021, 1, 1)).days
    steps = round(worn * 7_400 * person.pace)
    best_day = date(2025, chance.randrange(1, 13), chance.randrange(1, 29)).isoformat()
    best: dict[str, object] = {
        "steps": {"date": best_day, "value": chance.randrange(18_000, 42_000)},
        "distance": {"date": best_day, "value": round(chance.uniform(14, 30), 4)},
    }
    totals: dict[str, object] = {
        "steps": steps,
        "distance": round(steps * person.height_cm * 0.00000415, 1),
        "activeScore": -1,
        "caloriesOut": -1,
    }
    if has_altimeter:
        # The noise of the float is the real plug's.
        best["floors"] = {"date": best_day, "value": chance.randrange(20, 60) + 0.00000006}
        totals["floors"] = worn * 5
    return {
        "best": {"total": best, "tracker": best},
        "lifetime": {"total": totals, "tracker": totals},
    }


def _profile(person: Person, at: datetime) -> dict[str, object]:
    chance = person.chance("fitbit")
    units = dict.fromkeys(
        ("heightUnit", "weightUnit", "distanceUnit", "swimUnit", "glucoseUnit"), "METRIC"
    )
    return {
        "encodedId": "".join(chance.choices("23456789BCDFGHJKLMNPQRSTVWXYZ", k=6)),
        "fullName": person.full_name,
        "displayName": f"{person.first_name} {person.last_name[0]}.",
        "firstName": person.first_name,
        "lastName": person.last_name,
        "gender": person.gender,
        "age": person.age_on(at.date()),
        "dateOfBirth": person.born.isoformat(),
        "height": person.height_cm,
        "weight": person.weight_kg,
        "country": "GB",
        "locale": "en_GB",
        "timezone": "Europe/London",
        "offsetFromUTCMillis": 0,
        "memberSince": date(chance.randrange(2015, 2025), chance.randrange(1, 13), 9).isoformat(),
        "averageDailySteps": round(7_900 * person.pace),
        "strideLengthWalking": round(person.height_cm * 0.414, 1),
        "strideLengthWalkingType": "default",
        "startDayOfWeek": "MONDAY",
        "clockTimeDisplayFormat": "24hour",
        "topBadges": [],
        "dateCreated": iso_ms(at),
        **units,
    }
