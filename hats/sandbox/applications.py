"""Applications that a HAT's owner can set up, as the ecosystem's exchange would list them."""

import json
from dataclasses import dataclass
from pathlib import Path

from hats.sandbox.roles import Role

BUILT_IN = Path(__file__).with_name("applications.json")


@dataclass(frozen=True, slots=True)
class Application:
    """One registered application.

    :param listing: what HATs pass on unchanged.
    :param dependencies: ids of applications that are enabled along with it; ``None`` when the
        listing does not speak of them.
    :param status_url: where to ask whether it is well; ``None`` for those that always are.
    :param recent_endpoint: where to look for its newest data.
    """

    id: str
    listing: dict[str, object]
    name: str
    developer: str
    url: str
    description: str
    terms_url: str
    version: str
    compatible_since: str
    purpose: str
    redirects: tuple[str, ...]
    roles: frozenset[Role]
    data_wanted: dict[str, object] | None
    dependencies: tuple[str, ...] | None = None
    status_url: str | None = None
    expected_status: int = 200
    recent_endpoint: str | None = None

    @property
    def debit_id(self) -> str:
        return f"app-{self.id}"

    @property
    def namespaces(self) -> list[str]:
        return sorted(role.detail for role in self.roles if role.title == "namespaceread")


def read_applications(path: Path, *, market_url: str) -> dict[str, Application]:
    """Read the registry file.

    :param market_url: put wherever the file says ``{market}``.
    """
    text = path.read_text(encoding="utf-8").replace("{market}", market_url.rstrip("/"))
    return {listing["id"]: _application(listing) for listing in json.loads(text)}


def _application(listing: dict[str, object]) -> Application:
    info, permissions = _part(listing, "info"), _part(listing, "permissions")
    described = info.get("hmiDescription") or _part(info, "description")["text"]
    setup, status = _part(listing, "setup"), _part(listing, "status")
    granted = permissions["rolesGranted"]
    redirects = setup["validRedirectUris"]
    wanted = permissions.get("dataRetrieved")
    assert isinstance(granted, list)
    assert isinstance(redirects, list)
    return Application(
        id=str(listing["id"]),
        listing=listing,
        name=str(info["name"]),
        developer=str(_part(listing, "developer")["name"]),
        url=str(_part(listing, "kind")["url"]),
        description=str(described),
        terms_url=str(info["termsUrl"]),
        version=str(info["version"]),
        compatible_since=str(status["compatibility"]),
        purpose=str(info["dataUsePurpose"]),
        redirects=tuple(redirects),
        roles=frozenset(Role(role["role"], role.get("detail", "")) for role in granted),
        data_wanted=wanted if isinstance(wanted, dict) else None,
        dependencies=_dependencies(listing),
        status_url=str(status["statusUrl"]) if status["kind"] == "External" else None,
        expected_status=int(str(status.get("expectedStatus", 200))),
        recent_endpoint=_text_or_none(status.get("recentDataCheckEndpoint")),
    )


def _dependencies(listing: dict[str, object]) -> tuple[str, ...] | None:
    named = listing.get("dependencies")
    if not isinstance(named, dict):
        return None
    return tuple(str(one) for kind in ("plugs", "contracts", "tools") for one in named[kind])


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def _part(listing: dict[str, object], name: str) -> dict[str, object]:
    part = listing[name]
    assert isinstance(part, dict), name
    return part


def version_key(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split(".") if number.isdigit())
