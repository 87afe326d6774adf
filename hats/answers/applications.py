"""Reading applications, as registered and as they are on one HAT."""

from collections.abc import Mapping

from hats.answers.accounts import read_role
from hats.answers.shapes import (
    as_flag,
    as_list,
    as_number,
    as_object,
    as_optional_flag,
    as_optional_moment,
    as_optional_text,
    as_text,
    read_list,
    shaped,
)
from hats.protocol import Application, HatApplication
from hats.strictjson import strict_json


def read_application(body: bytes) -> HatApplication:
    """Return one application on a HAT.

    :raises HatBroken: the body is not one.
    """
    answer = as_object(strict_json(body))
    with shaped("application"):
        return _on_hat(answer)


def read_applications(body: bytes) -> list[HatApplication]:
    """Return the applications of a HAT.

    :raises HatBroken: the body is not a list of them.
    """
    return read_list(body, "applications", _on_hat)


def read_listings(body: bytes) -> list[Application]:
    """Return applications as they are registered, as a log-in page sees them.

    :raises HatBroken: the body is not a list of them.
    """
    return read_list(body, "applications", _application)


def _on_hat(answer: Mapping[str, object]) -> HatApplication:
    return HatApplication(
        application=_application(as_object(answer["application"])),
        is_set_up=as_flag(answer["setup"]),
        is_enabled=as_flag(answer["enabled"]),
        is_active=as_flag(answer["active"]),
        needs_updating=as_optional_flag(answer.get("needsUpdating")) or False,
        dependencies_enabled=as_optional_flag(answer.get("dependenciesEnabled")),
        most_recent_data=as_optional_moment(answer.get("mostRecentData")),
    )


def _application(answer: Mapping[str, object]) -> Application:
    info, kind = as_object(answer["info"]), as_object(answer["kind"])
    permissions, setup = as_object(answer["permissions"]), as_object(answer["setup"])
    status, wanted = as_object(answer["status"]), permissions.get("dataRetrieved")
    expected = status.get("expectedStatus")
    return Application(
        application_id=as_text(answer["id"]),
        kind=as_text(kind["kind"]),
        url=as_text(kind["url"]),
        version=as_text(info["version"]),
        is_published=as_flag(info["published"]),
        name=as_text(info["name"]),
        headline=as_text(info["headline"]),
        description=as_text(as_object(info["description"])["text"]),
        login_description=as_optional_text(info.get("hmiDescription")),
        terms_url=as_text(info["termsUrl"]),
        privacy_policy_url=as_optional_text(info.get("privacyPolicyUrl")),
        data_use_purpose=as_text(info["dataUsePurpose"]),
        support_contact=as_text(info["supportContact"]),
        developer=as_text(as_object(answer["developer"])["name"]),
        roles=tuple(map(read_role, as_list(permissions["rolesGranted"]))),
        data_wanted=None if wanted is None else as_object(wanted),
        redirects=tuple(map(as_text, as_list(setup.get("validRedirectUris", [])))),
        compatible_since=as_text(status["compatibility"]),
        released_at=as_optional_moment(status.get("versionReleaseDate")),
        status_url=as_optional_text(status.get("statusUrl")),
        expected_status=None if expected is None else int(as_number(expected)),
    )
