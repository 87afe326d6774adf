"""Files through hat-js 0.5.0 (contract checklist 90)."""

import urllib.request

import pytest

from tests.hats.thirdparty.conftest import refused, result, step

SCAN = b"%PDF-1.7 a scan of a shoe"
ABOUT = {"name": "shoe.pdf", "source": "shop", "tags": ["shoe"], "title": "Shoe"}


@pytest.fixture(scope="module")
def told(play, owner):
    return play(
        owner,
        step("kept", "files.uploadFile", ABOUT, {"bytes": list(SCAN)}, "application/pdf"),
        step("address", "files.generateFileContentUrl", result("kept.fileId")),
        step("found", "files.searchFiles", {"name": "shoe.pdf", "source": "shop"}),
        step("public", "files.markFileAsPublic", result("kept.fileId")),
        step("private", "files.markFileAsPrivate", result("kept.fileId")),
        step("renamed", "files.updateFileParameters", result("kept.fileId"),
             {**ABOUT, "fileId": result("kept.fileId"), "title": "Left shoe"}),
        step("without_id", "files.updateFileParameters", result("kept.fileId"), ABOUT),
        step("unknown", "files.markFileAsPublic", "no-such.pdf"),
    )  # fmt: skip


def test_an_uploaded_file_is_complete_and_has_its_size(told):
    kept = told["kept"]

    assert kept.status == 200
    assert kept.body["status"] == {"size": len(SCAN), "status": "Completed"}
    assert {name: kept.body[name] for name in ABOUT} == ABOUT
    assert kept.body["contentPublic"] is False


def test_its_owner_reads_the_very_bytes(told, alice, owner):
    path = told["address"].body.partition(alice.domain)[2]
    address = f"http://127.0.0.1:{alice.port}{path}?X-Auth-Token={owner}"
    request = urllib.request.Request(address, headers={"Host": alice.domain})

    with urllib.request.build_opener(ToTheSameServer(alice)).open(request, timeout=10) as answer:
        assert answer.read() == SCAN


class ToTheSameServer(urllib.request.HTTPRedirectHandler):
    """Follow to the signed address, whose name not every system's resolver knows."""

    def __init__(self, hat):
        self.hat = hat

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        path = newurl.partition(self.hat.domain)[2]
        address = f"http://127.0.0.1:{self.hat.port}{path}"
        return urllib.request.Request(address, headers={"Host": self.hat.domain})


def test_files_are_found_by_name_and_where_they_came_from(told):
    found = told["found"]

    assert (found.status, [one["fileId"] for one in found.body]) == (
        200,
        [told["kept"].body["fileId"]],
    )


def test_a_file_is_made_public_and_private_again(told):
    assert (told["public"].body["contentPublic"], told["private"].body["contentPublic"]) == (
        True,
        False,
    )


def test_a_files_description_is_changed(told):
    assert (told["renamed"].status, told["renamed"].body["title"]) == (200, "Left shoe")


def test_a_change_that_names_no_file_is_a_400(told):
    assert told["without_id"] == refused(400)


def test_an_unknown_file_is_a_404(told):
    assert told["unknown"] == refused(404)


def test_a_deleted_file_says_so(play, owner):
    story = play(
        owner,
        step("kept", "files.uploadFile", {**ABOUT, "name": "old.pdf"}, {"bytes": list(SCAN)}, ""),
        step("deleted", "files.deleteFile", result("kept.fileId")),
    )

    assert story["deleted"].body["status"] == {"status": "Deleted"}
