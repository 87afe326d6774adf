"""Files on the sandbox HAT: three steps of upload, search, sharing."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.hats.sandbox.conftest import serving

FILES = "/api/v2.6/files"
SCAN = {"name": "scan.png", "source": "shop", "tags": ["receipt"], "title": "A receipt"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def owner(hat):
    return hat.owner


def begin(hat, token, **changed):
    return hat.post(f"{FILES}/upload", SCAN | changed, token=token)


def put_bytes(hat, file, content=b"bytes"):
    """As clients do: without a token, with the headers of the store behind real HATs."""
    url = urlsplit(file["contentUrl"])
    headers = {"x-amz-server-side-encryption": "AES256", "Content-Type": "image/png"}
    return hat.call("PUT", f"{url.path}?{url.query}", body=content, headers=headers)


def complete(hat, token, file):
    path = f"{FILES}/file/{file['fileId']}/complete"
    return hat.call("PUT", path, token=token, headers=JSON)


def uploaded(hat, token, **changed):
    file = begin(hat, token, **changed).json
    put_bytes(hat, file)
    return complete(hat, token, file).json


def read(hat, file, **given):
    """Follow the address of the bytes as a browser would."""
    led = hat.get(f"{FILES}/content/{file['fileId']}", **given)
    url = urlsplit(led.headers["Location"])
    return led.status, hat.get(f"{url.path}?{url.query}").body


def test_an_upload_begins_with_an_address_for_the_bytes(hat, owner):
    answer = begin(hat, owner)

    assert answer.status == 200
    assert list(answer.json) == [
        "fileId", "name", "source", "dateCreated", "lastUpdated", "tags", "title", "status",
        "contentUrl", "contentPublic", "permissions",
    ]  # fmt: skip
    assert answer.json["fileId"] == "shopscan.png"
    assert answer.json["status"] == {"status": "New"}
    assert answer.json["contentPublic"] is False
    assert answer.json["contentUrl"].startswith(f"http://{hat.domain}/")
    assert [one["contentReadable"] for one in answer.json["permissions"]] == [True]


def test_a_second_file_of_one_name_gets_a_number(hat, owner):
    assert [begin(hat, owner).json["fileId"] for _ in range(3)] == [
        "shopscan.png",
        "shopscan-1.png",
        "shopscan-2.png",
    ]


def test_bytes_are_taken_without_a_token_and_answered_with_nothing(hat, owner):
    answer = put_bytes(hat, begin(hat, owner).json)

    assert (answer.status, answer.body) == (200, b"")


def test_a_file_is_complete_once_its_bytes_are_there(hat, owner):
    file = begin(hat, owner).json

    early = complete(hat, owner, file)
    put_bytes(hat, file)
    done = complete(hat, owner, file)

    cause = "Not fully uploaded file can not be completed"
    assert (early.status, early.json) == (400, {"message": "File not available", "cause": cause})
    assert (done.status, done.json["status"]) == (200, {"size": 5, "status": "Completed"})


def test_the_bytes_come_back_by_a_signed_address(hat, owner):
    file = uploaded(hat, owner)

    assert read(hat, file, token=owner) == (303, b"bytes")


def test_a_signed_address_is_good_for_five_minutes(sandbox, hat, owner):
    file = begin(hat, owner).json
    sandbox.clock.skipped = timedelta(minutes=5, seconds=5)

    assert put_bytes(hat, file).status == 403
    assert complete(hat, owner, file).status == 400


@pytest.mark.parametrize(
    "spoil",
    [
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.replace("expires=", "expires=9"),
        lambda url: url.replace("scan", "other"),
        lambda url: url.partition("?")[0],
    ],
)
def test_an_address_that_was_changed_takes_nothing(hat, owner, spoil):
    file = begin(hat, owner).json
    file["contentUrl"] = spoil(file["contentUrl"])

    assert put_bytes(hat, file).status == 403


def test_an_address_for_writing_reads_nothing(hat, owner):
    file = begin(hat, owner).json
    put_bytes(hat, file)
    url = urlsplit(file["contentUrl"])

    assert hat.get(f"{url.path}?{url.query}").status == 403


def test_bytes_nobody_may_read_are_not_there(hat, owner):
    file = uploaded(hat, owner)

    for given in ({}, {"token": hat.platform}):
        answer = hat.get(f"{FILES}/content/{file['fileId']}", **given)
        assert (answer.status, answer.body) == (404, b"")
    assert hat.get(f"{FILES}/content/nothing", token=owner).status == 404


def test_a_public_file_is_read_by_everybody_until_restricted(hat, owner):
    file = uploaded(hat, owner)

    shared = hat.get(f"{FILES}/allowAccessPublic/{file['fileId']}", token=owner)
    during = read(hat, file)
    restricted = hat.get(f"{FILES}/restrictAccessPublic/{file['fileId']}", token=owner)
    after = hat.get(f"{FILES}/content/{file['fileId']}")

    assert (shared.json["contentPublic"], restricted.json["contentPublic"]) == (True, False)
    assert (during, after.status) == ((303, b"bytes"), 404)


def search(hat, token, **template):
    answer = hat.post(f"{FILES}/search", {"name": "", "source": ""} | template, token=token)
    return [one["fileId"] for one in answer.json]


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ({}, ["shopscan.png", "shopbill.pdf", "bankstatement.pdf"]),
        ({"source": "shop"}, ["shopscan.png", "shopbill.pdf"]),
        ({"name": "statement.pdf"}, ["bankstatement.pdf"]),
        ({"tags": ["paid"]}, ["shopbill.pdf"]),
        ({"title": "A receipt", "source": "bank"}, ["bankstatement.pdf"]),
        ({"description": "x"}, []),
    ],
)
def test_files_are_found_by_what_is_said_of_them(hat, owner, template, found):
    begin(hat, owner)
    begin(hat, owner, name="bill.pdf", tags=["receipt", "paid"])
    begin(hat, owner, name="statement.pdf", source="bank")

    assert search(hat, owner, **template) == found


def test_a_search_needs_a_template(hat, owner):
    answer = hat.post(f"{FILES}/search", {"tags": "x"}, token=owner)

    assert list(answer.json["message"]) == ["obj.name", "obj.source", "obj.tags"]


def test_what_is_said_of_a_file_can_be_changed(hat, owner):
    file = uploaded(hat, owner)
    changed = {"fileId": file["fileId"], "name": "new.png", "source": "other", "title": "New"}

    answer = hat.call("PUT", f"{FILES}/file/{file['fileId']}", body=changed, token=owner)

    assert (answer.json["name"], answer.json["title"]) == ("new.png", "New")
    assert answer.json["source"] == "shop"
    assert "tags" not in answer.json
    assert answer.json["status"] == file["status"]


def test_a_change_must_name_the_file(hat, owner):
    file = uploaded(hat, owner)

    answer = hat.call("PUT", f"{FILES}/file/{file['fileId']}", body=SCAN, token=owner)

    assert (answer.status, list(answer.json["message"])) == (400, ["obj.fileId"])


def test_a_deleted_file_keeps_its_name_and_loses_its_bytes(hat, owner):
    file = uploaded(hat, owner)

    answer = hat.call("DELETE", f"{FILES}/file/{file['fileId']}", token=owner)

    assert answer.json["status"] == {"status": "Deleted"}
    assert read(hat, file, token=owner) == (303, b"")
    assert complete(hat, owner, file).status == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "file/x"),
        ("PUT", "file/x/complete"),
        ("DELETE", "file/x"),
        ("GET", "allowAccessPublic/x"),
        ("GET", "restrictAccessPublic/x"),
    ],
)
def test_an_unknown_file_is_named(hat, owner, method, path):
    answer = hat.call(method, f"{FILES}/{path}", token=owner)

    assert (answer.status, answer.json) == (
        404,
        {"message": "No such file", "cause": "File x not found"},
    )


def test_a_stranger_to_a_file_sees_neither_it_nor_its_address(hat, owner):
    file = uploaded(hat, owner)

    answer = hat.get(f"{FILES}/file/{file['fileId']}", token=hat.platform)

    assert (answer.status, answer.json["message"]) == (404, "File not available")
    assert search(hat, hat.platform) == []


def test_an_application_without_the_right_begins_no_upload(hat, owner):
    answer = begin(hat, hat.application(owner))

    assert (answer.status, search(hat, owner)) == (403, [])


def test_files_survive_a_restart(data_folder):
    with serving(data_folder) as sandbox:
        hat, port = sandbox.hat(), sandbox.port
        before = uploaded(hat, hat.owner)

    with serving(data_folder, port=port) as sandbox:
        hat = sandbox.hat()
        after = hat.get(f"{FILES}/file/{before['fileId']}", token=hat.owner).json
        assert after.pop("contentUrl")
        assert after == before
        assert read(hat, before, token=hat.owner) == (303, b"bytes")
