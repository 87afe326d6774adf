"""Routes of the HAT as a system: is it well, how full, what it shows the public."""

from datetime import timedelta

import orjson
from aiohttp import web

from hats.bundles import Bundle, EvaluationFailed, evaluate, parse_bundle
from hats.sandbox import answers
from hats.sandbox.hat import Hat
from hats.sandbox.requests import read_action
from hats.sandbox.roles import PLATFORM
from hats.sandbox.routing import (
    ANY_VERSION,
    ENDPOINT,
    VERSION_26,
    Call,
    Incoming,
    Route,
    any_token,
    needs,
    nothing,
    route,
)
from hats.sandbox.values import records_json

VERSION = "v2.8.18"
_ALLOWED_MEGABYTES = 100
_MEGABYTE = 1_000_000
_SHARED = {"field": "shared", "operator": {"operator": "contains", "value": True}}
_ON_PROFILE = {"field": "shared_on", "operator": {"operator": "contains", "value": "phata"}}
_PUBLIC_PROFILE = parse_bundle(
    {
        "name": "phata",
        "bundle": {
            "notables": {
                "endpoints": [
                    {
                        "endpoint": "rumpel/notablesv1",
                        "mapping": {
                            name: name for name in ("kind", "message", "created_time", "photov1")
                        },
                        "filters": [_SHARED, _ON_PROFILE],
                    }
                ],
                "orderBy": "created_time",
                "ordering": "descending",
            },
            "profile": {
                "endpoints": [
                    {
                        "endpoint": "rumpel/profile",
                        "mapping": {
                            "avatar": "photo.avatar",
                            "firstName": "personal.firstName",
                            "lastName": "personal.lastName",
                            "about": "about",
                            "online": "online",
                        },
                        "filters": [_SHARED],
                    }
                ],
                "orderBy": "dateCreated",
                "ordering": "descending",
                "limit": 1,
            },
        },
    }
)


def health(_call: Call[None]) -> web.Response:
    return answers.json_answer({"Status": "OK"})


def version(_call: Call[None]) -> web.Response:
    return answers.json_answer({"Version": VERSION})


def update(_call: Call[None]) -> web.Response:
    return answers.json_answer({"message": "Database updated"})


def metrics(call: Call[None]) -> web.Response:
    """Write a few counts in the text form of Prometheus."""
    hat = call.hat
    counts = {
        "hat_debits": len(hat.debits),
        "hat_debit_readings_total": hat.pulls.total(),
        "hat_applications_enabled": sum(enabled for _, enabled in hat.setups.values()),
    }
    return answers.text_answer("".join(f"{name} {count}\n" for name, count in counts.items()))


def status(call: Call[None]) -> web.Response:
    hat = call.hat
    data = sum(len(orjson.dumps(one.data)) for name in hat.holdings for one in hat.holdings[name])
    files = hat.files.size
    return answers.json_answer(
        [
            _text("Previous Login", _previous_login(call)),
            _text("Owner Email", hat.person.email),
            _number("Database Storage", _ALLOWED_MEGABYTES, "MB"),
            _number("File Storage", _ALLOWED_MEGABYTES, "MB"),
            _number("Database Storage Used", round(data / _MEGABYTE, 2), "MB"),
            _number("File Storage Used", round(files / _MEGABYTE, 2), "MB"),
            _number("Database Storage Used Share", _share(data), "%"),
            _number("File Storage Used Share", _share(files), "%"),
        ]
    )


def _share(size: int) -> int:
    return round(100 * size / (_ALLOWED_MEGABYTES * _MEGABYTE))


def _text(title: str, text: str) -> dict[str, object]:
    return {"title": title, "kind": {"metric": text, "kind": "Text"}}


def _number(title: str, number: float, units: str) -> dict[str, object]:
    return {"title": title, "kind": {"metric": number, "units": units, "kind": "Numeric"}}


def _previous_login(call: Call[None]) -> str:
    """Say how long ago this account logged in for the last time but one."""
    times = call.hat.logins[call.who.account.username]
    return ago(call.at - times[0]) if len(times) > 1 else "Never"


def ago(passed: timedelta) -> str:
    """Say it in the largest unit that fits."""
    for unit in ("day", "hour", "minute"):
        count = passed // timedelta(**{f"{unit}s": 1})
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "moments ago"


def public_profile(call: Call[None]) -> web.Response:
    """Answer what the owner shows everybody: the bundle ``phata``, or the one a HAT comes with."""
    try:
        found = evaluate(_profile_bundle(call.hat), call.hat.records)
    except EvaluationFailed as failed:
        raise answers.server_error(call.incoming.accept) from failed
    return answers.json_answer({name: records_json(records) for name, records in found.items()})


def _profile_bundle(hat: Hat) -> Bundle:
    return hat.bundle_named(_PUBLIC_PROFILE.name) or _PUBLIC_PROFILE


def insights(_call: Call[None]) -> web.Response:
    """Answer that there are none: nothing computes feeds or functions here."""
    return answers.json_answer([])


def _action(incoming: Incoming) -> str:
    return read_action(incoming.body)


def report_action(call: Call[str]) -> web.Response:
    return answers.json_answer({"message": f"{call.parsed} logged"})


_INSIGHTS = f"{ANY_VERSION}/she/(?:feed(?:/{ENDPOINT})?|function(?:/[^/]+(?:/[a-z]+)?)?)"

ROUTES: tuple[Route[None] | Route[str], ...] = (
    route("healthz", "GET", f"(?:{ANY_VERSION})?/healthz", health, parse=nothing, allows=None),
    route("version", "GET", f"{VERSION_26}/version", version, parse=nothing, allows=None),
    route("system_update", "GET", "/system/update", update, parse=nothing, allows=None),
    route("metrics", "GET", "/metrics", metrics, parse=nothing, allows=None),
    route("status", "GET", f"{ANY_VERSION}/system/status", status, parse=nothing,
          allows=needs(PLATFORM)),
    route("profile", "GET", f"{ANY_VERSION}/phata/profile", public_profile, parse=nothing,
          allows=None),
    route("insights", "GET", _INSIGHTS, insights, parse=nothing, allows=needs()),
    route("insights", "GET", f"{VERSION_26}/she/static/{ENDPOINT}", insights, parse=nothing,
          allows=needs()),
    route("report_action", "POST", f"{VERSION_26}/report-frontend-action", report_action,
          parse=_action, allows=any_token, takes_body=True),
)  # fmt: skip
