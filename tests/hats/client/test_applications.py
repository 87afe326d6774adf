"""Applications: look, set up, disable, get a token, speak through the HAT to one."""

import json

import pytest

from hats.errors import HatBroken, HatOutcomeUnknown, HatRefused, HatTokenExpired
from hats.protocol import ApplicationState, ForApplication, Role
from tests.hats.client.saying import say
from tests.hats.scripted import answer, raw

PATH = "/api/v2.6/applications/app-shop"
LISTING = {
    "id": "app-shop",
    "kind": {"url": "https://shop.example", "kind": "App"},
    "info": {
        "version": "1.2.0",
        "published": True,
        "name": "Shop",
        "headline": "Shoes",
        "description": {"text": "Finds shoes"},
        "termsUrl": "https://shop.example/terms",
        "dataUsePurpose": "Recommend shoes",
        "supportContact": "x@shop.example",
        "rating": {"score": "A", "points": 9},
        "dataPreview": [],
        "graphics": {},
        "unheardOf": [1],
    },
    "developer": {"id": "dev", "name": "Dev", "url": "https://dev.example"},
    "permissions": {
        "rolesGranted": [
            {"role": "namespacewrite", "detail": "shop"},
            {"role": "datadebit", "detail": "app-app-shop"},
            {"role": "validate"},
        ],
        "dataRetrieved": {"name": "shop-1", "bundle": {}},
    },
    "setup": {
        "url": "https://shop.example",
        "validRedirectUris": ["https://shop.example/back"],
        "onboarding": [],
        "kind": "External",
    },
    "status": {
        "compatibility": "1.0.0",
        "statusUrl": "https://shop.example/status",
        "expectedStatus": 200,
        "versionReleaseDate": "2026-01-01T00:00:00.000Z",
        "kind": "External",
    },
}
UNTOUCHED = {"application": LISTING, "setup": False, "enabled": False, "active": False}
RUNNING = {
    **UNTOUCHED,
    "setup": True,
    "enabled": True,
    "active": True,
    "needsUpdating": False,
    "dependenciesEnabled": True,
    "mostRecentData": "2026-03-01T09:15:00.000Z",
}
NO_SUCH = {
    "message": "Application not Found",
    "cause": "Application X does not appear to be a valid application registered with the DEX",
}
NOT_ACTIVE = {
    "message": "Application not active",
    "cause": "Application X does not appear to be activated by the user",
}


def state_of(scripted, hat, token, flags) -> ApplicationState:
    scripted.on(PATH, answer({**UNTOUCHED, **flags}))
    return say(lambda hats: hats.application(hat, token=token, application_id="app-shop")).state


class TestLooking:
    def test_an_application_is_read_with_its_rights_and_its_wishes(self, scripted, hat, token):
        scripted.on(PATH, answer(RUNNING))

        found = say(lambda hats: hats.application(hat, token=token, application_id="app-shop"))

        application = found.application
        assert application.roles == (
            Role("namespacewrite", "shop"),
            Role("datadebit", "app-app-shop"),
            Role("validate"),
        )
        assert application.data_wanted == {"name": "shop-1", "bundle": {}}
        assert application.redirects == ("https://shop.example/back",)
        assert (application.status_url, application.expected_status) == (
            "https://shop.example/status",
            200,
        )
        assert (found.most_recent_data is not None, found.dependencies_enabled) == (True, True)

    def test_an_internal_application_needs_no_addresses(self, scripted, hat, token):
        status = {"compatibility": "1.0.0", "kind": "Internal"}
        listing = {**LISTING, "status": status, "setup": {"kind": "Internal"}}
        scripted.on(PATH, answer({**UNTOUCHED, "application": listing}))

        found = say(lambda hats: hats.application(hat, token=token, application_id="app-shop"))

        application = found.application
        assert (application.status_url, application.redirects) == ("", ())

    @pytest.mark.parametrize(
        ("flags", "state"),
        [
            ({}, ApplicationState.UNTOUCHED),
            ({"setup": True}, ApplicationState.DISABLED),
            ({"setup": True, "enabled": True}, ApplicationState.FAILING),
            (
                {"setup": True, "enabled": True, "active": True, "needsUpdating": True},
                ApplicationState.NEEDS_UPDATING,
            ),
            ({"setup": True, "enabled": True, "active": True}, ApplicationState.RUNNING),
        ],
    )
    def test_the_flags_are_one_state(self, scripted, hat, token, flags, state):
        assert state_of(scripted, hat, token, flags) is state

    def test_all_are_listed(self, scripted, hat, token):
        scripted.on("/api/v2.6/applications", answer([RUNNING, UNTOUCHED]))

        listed = say(lambda hats: hats.applications(hat, token=token))

        assert [one.is_set_up for one in listed] == [True, False]

    @pytest.mark.parametrize("missing", sorted(set(LISTING) - {"developer"}))
    def test_a_misshapen_application_is_broken(self, scripted, hat, token, missing):
        listing = {name: part for name, part in LISTING.items() if name != missing}
        scripted.on(PATH, answer({**UNTOUCHED, "application": listing}))

        with pytest.raises(HatBroken):
            say(lambda hats: hats.application(hat, token=token, application_id="app-shop"))

    def test_a_login_page_asks_without_a_token(self, scripted, hat):
        path = "/api/v2.6/applications/hmi"
        scripted.on(path, answer([{**LISTING, "id": "app-other"}, LISTING]))

        found = say(lambda hats: hats.application_for_login(hat, application_id="app-shop"))
        unknown = say(lambda hats: hats.application_for_login(hat, application_id="nobody"))

        assert found is not None
        assert (found.application_id, unknown) == ("app-shop", None)
        assert scripted.heard[0].path == f"{path}?applicationId=app-shop"
        assert "x-auth-token" not in scripted.heard[0].headers


class TestSwitching:
    @pytest.mark.parametrize("verb", ["set_up", "disable"])
    def test_setting_up_and_disabling_tell_the_new_state(self, scripted, hat, token, verb):
        step = {"set_up": "setup", "disable": "disable"}[verb]
        scripted.on(f"{PATH}/{step}", answer(RUNNING))

        found = say(
            lambda h: getattr(h, f"{verb}_application")(hat, token=token, application_id="app-shop")
        )

        assert found.state is ApplicationState.RUNNING

    @pytest.mark.parametrize(("step", "status"), [("setup", 400), ("access-token", 404)])
    def test_an_unknown_application_is_refused_with_either_status(
        self, scripted, hat, token, step, status
    ):
        scripted.on(f"{PATH}/{step}", answer(NO_SUCH, status=status))

        with pytest.raises(HatRefused) as refusal:
            say(
                lambda hats: (
                    hats.set_up_application(hat, token=token, application_id="app-shop")
                    if step == "setup"
                    else hats.application_token(hat, token=token, application_id="app-shop")
                )
            )

        assert (refusal.value.status, refusal.value.reason) == (status, "no_such_application")

    def test_an_application_gets_a_token_of_its_own(self, scripted, hat, token):
        scripted.on(f"{PATH}/access-token", answer({"accessToken": "dd.ee.ff", "userId": "u"}))

        got = say(lambda hats: hats.application_token(hat, token=token, application_id="app-shop"))

        assert (got.value, token.value) == ("dd.ee.ff", "aa.bb.cc")

    @pytest.mark.parametrize("application_id", ["", "a/b", "..", "a b"])
    def test_only_ids_of_applications_are_asked_for(self, scripted, hat, token, application_id):
        with pytest.raises(ValueError, match="not the id"):
            say(lambda hats: hats.application(hat, token=token, application_id=application_id))

        assert scripted.heard == []


class TestSpeakingThrough:
    def ask(self, hat, token, **question):
        return say(
            lambda hats: hats.ask_application(
                hat,
                token=token,
                application_id="app-shop",
                question=ForApplication(**question),
            )
        )

    def test_question_and_answer_are_passed_on(self, scripted, hat, token):
        scripted.on(
            f"{PATH}/proxy/v1/shoes",
            answer(b"size 42", status=418, content_type="text/plain"),
        )

        reply = self.ask(
            hat, token, path="v1/shoes", method="PUT", query={"size": "4 2"}, body={"a": 1}
        )

        (heard,) = scripted.heard
        assert (reply.status, reply.content_type, reply.body) == (418, "text/plain", b"size 42")
        assert (heard.method, heard.path) == ("PUT", f"{PATH}/proxy/v1/shoes?size=4+2")
        assert json.loads(heard.body) == {"a": 1}

    def test_an_application_that_is_off_is_told_apart_from_its_own_refusals(
        self, scripted, hat, token
    ):
        scripted.on("*", answer(NOT_ACTIVE, status=400), answer({"own": "words"}, status=400))

        with pytest.raises(HatRefused) as refusal:
            self.ask(hat, token, path="v1")
        reply = self.ask(hat, token, path="v1")

        assert refusal.value.reason == "application_not_active"
        assert reply.status == 400

    def test_an_ended_token_and_a_lost_answer_are_told(self, scripted, hat, token):
        scripted.on("*", answer({"error": "x"}, status=401), raw(b""))

        with pytest.raises(HatTokenExpired):
            self.ask(hat, token, path="v1")
        with pytest.raises(HatOutcomeUnknown):
            self.ask(hat, token, path="v1", method="POST", body={})

    @pytest.mark.parametrize(
        "path", ["", "/v1", "v1/", "../x", "a/../b", "a//b", "a?b", "a#b", "a%2e%2e", "a\nb"]
    )
    def test_a_path_cannot_leave_the_application(self, scripted, hat, token, path):
        with pytest.raises(ValueError, match="not a question"):
            self.ask(hat, token, path=path)

        assert scripted.heard == []

    def test_only_methods_a_hat_passes_on_are_sent(self, scripted, hat, token):
        with pytest.raises(ValueError, match="not a question"):
            self.ask(hat, token, path="v1", method="CONNECT")

        assert scripted.heard == []
