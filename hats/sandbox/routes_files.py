"""Routes of files: upload in three steps, search, read, share with everybody.

Real HATs keep the bytes in a store elsewhere and hand out signed addresses of it; the sandbox
hands out signed addresses of its own.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar
from urllib.parse import quote, urlencode

from aiohttp import web

from hats.sandbox import answers
from hats.sandbox.access import Caller
from hats.sandbox.files import COMPLETED, Description, HatFile, file_json
from hats.sandbox.requests import read_file, read_file_with_id
from hats.sandbox.roles import OWNER, Role
from hats.sandbox.routing import (
    ANY_VERSION,
    Call,
    Incoming,
    Params,
    Route,
    any_token,
    nothing,
    route,
)

_URL_LASTS = timedelta(minutes=5)
_Parsed = TypeVar("_Parsed")


def _description(incoming: Incoming) -> Description:
    return read_file(incoming.body)


def begin(call: Call[Description]) -> web.Response:
    file = call.hat.files.begin(call.parsed, user_id=call.who.account.user_id, at=call.at)
    return answers.json_answer(
        file_json(file, content_url=_url(call, file, "PUT"), shows_readers=True)
    )


def complete(call: Call[None]) -> web.Response:
    """Take note that the bytes are there."""
    file = _file(call, may_see=_may_read)
    size = len(call.hat.files.content(file))
    if not size:
        cause = "Not fully uploaded file can not be completed"
        raise answers.refusal(400, "File not available", cause)
    done = call.hat.files.save(replace(file, status=COMPLETED, size=size, updated_at=call.at))
    return answers.json_answer(file_json(done, content_url=None, shows_readers=True))


def describe(call: Call[None]) -> web.Response:
    file = _file(call, may_see=_any)
    if not _may_see(call.who, file):
        cause = f"File {file.id} not available - unauthorized or file incomplete"
        raise answers.refusal(404, "File not available", cause)
    return answers.json_answer(_as_seen(call, file))


def search(call: Call[Description]) -> web.Response:
    found = [
        _as_seen(call, file)
        for file in call.hat.files
        if file.fits(call.parsed) and _may_see(call.who, file)
    ]
    return answers.json_answer(found)


def _as_seen(call: Call[_Parsed], file: HatFile) -> dict[str, object]:
    url = _url(call, file, "GET") if _may_read(call.who, file) else None
    return file_json(file, content_url=url, shows_readers=_is_owner(call.who))


def _description_with_id(incoming: Incoming) -> Description:
    return read_file_with_id(incoming.body)


def update(call: Call[Description]) -> web.Response:
    """Change what is said of a file; where it came from stays."""
    file = _file(call, may_see=_may_read)
    says = replace(call.parsed, source=file.says.source)
    changed = call.hat.files.save(replace(file, says=says, updated_at=call.at))
    return answers.json_answer(file_json(changed, content_url=None, shows_readers=True))


def delete(call: Call[None]) -> web.Response:
    gone = call.hat.files.delete(_file(call, may_see=_any))
    return answers.json_answer(file_json(gone, content_url=None, shows_readers=True))


def content(call: Call[None]) -> web.Response:
    """Lead to the bytes, those who may read them; nobody else learns that there are any."""
    file = call.hat.files.get(call.params["file"])
    if file is not None and (
        file.is_public or (call.caller is not None and _may_read(call.caller, file))
    ):
        return answers.see_other(_url(call, file, "GET"))
    raise answers.Refusal(web.Response(status=404))


def _shares(*, is_public: bool) -> Callable[[Call[None]], web.Response]:
    def share(call: Call[None]) -> web.Response:
        file = _file(call, may_see=_may_see)
        shared = call.hat.files.save(replace(file, is_public=is_public))
        return answers.json_answer(file_json(shared, content_url=None, shows_readers=True))

    return share


def _file(call: Call[_Parsed], *, may_see: Callable[[Caller, HatFile], bool]) -> HatFile:
    file = call.hat.files.get(call.params["file"])
    if file is None or not may_see(call.who, file):
        raise answers.refusal(404, "No such file", f"File {call.params['file']} not found")
    return file


# Who may what


def _any(_caller: Caller, _file: HatFile) -> bool:
    return True


def _is_owner(caller: Caller) -> bool:
    return not caller.is_application and caller.may(OWNER)


def _may_see(caller: Caller, file: HatFile) -> bool:
    manages = caller.is_application and caller.may(Role("managefiles", file.says.source))
    return manages or _is_owner(caller) or caller.account.user_id in file.readers


def _may_read(caller: Caller, file: HatFile) -> bool:
    manages = caller.is_application and caller.may(Role("managefiles", "*"))
    granted = file.status == COMPLETED and caller.account.user_id in file.readers
    return manages or _is_owner(caller) or granted


def _may_upload(caller: Caller, _params: Params) -> bool:
    if caller.is_application:
        return caller.may(Role("managefiles", "*"), OWNER)
    return caller.may(Role("datacredit"))


def _may_share(caller: Caller, _params: Params) -> bool:
    if caller.is_application:
        return caller.may(Role("managefiles", "*"), OWNER)
    return caller.may(OWNER)


# The bytes


def _url(call: Call[_Parsed], file: HatFile, verb: str) -> str:
    ends = int((call.at + _URL_LASTS).timestamp())
    query = urlencode({"expires": ends, "signature": _signature(call, file.id, verb, ends)})
    return f"http://{call.hat.domain}/_files/{quote(file.id, safe='')}?{query}"


def _signature(call: Call[_Parsed], file_id: str, verb: str, ends: int) -> str:
    message = f"{call.hat.domain}/{verb}/{ends}/{file_id}".encode()
    return hmac.new(call.world.cookie_secret, message, hashlib.sha256).hexdigest()


def _signed_file(call: Call[_Parsed], verb: str) -> HatFile:
    """Find the file of an address that was handed out not long ago."""
    query, file_id = call.incoming.query, call.params["file"]
    ends = query.get("expires", "")
    file = call.hat.files.get(file_id)
    if file is None or not ends.isdecimal() or int(ends) < call.at.timestamp():
        raise answers.Refusal(web.Response(status=403))
    expected = _signature(call, file_id, verb, int(ends))
    if not hmac.compare_digest(query.get("signature", "").encode(), expected.encode()):
        raise answers.Refusal(web.Response(status=403))
    return file


def _bytes(incoming: Incoming) -> bytes:
    return incoming.raw


def upload(call: Call[bytes]) -> web.Response:
    call.hat.files.write(_signed_file(call, "PUT"), call.parsed)
    return web.Response(status=200)


def download(call: Call[None]) -> web.Response:
    file = _signed_file(call, "GET")
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=call.hat.files.content(file), headers=headers)


_ID = "(?P<file>[^/]+)"
_FILES = f"{ANY_VERSION}/files"
_FILE = f"{_FILES}/file/{_ID}"

ROUTES: tuple[Route[None] | Route[Description] | Route[bytes], ...] = (
    route("file_upload", "POST", f"{_FILES}/upload", begin, parse=_description,
          allows=_may_upload, takes_body=True),
    route("file_complete", "PUT", f"{_FILE}/complete", complete, parse=nothing,
          allows=_may_upload),
    route("file", "GET", _FILE, describe, parse=nothing, allows=any_token),
    route("file_update", "PUT", _FILE, update, parse=_description_with_id, allows=any_token,
          takes_body=True),
    route("file_delete", "DELETE", _FILE, delete, parse=nothing, allows=_may_share),
    route("file_search", "POST", f"{_FILES}/search", search, parse=_description,
          allows=any_token, takes_body=True),
    route("file_content", "GET", f"{_FILES}/content/{_ID}", content, parse=nothing, allows=None),
    route("file_public", "GET", f"{_FILES}/allowAccessPublic/{_ID}", _shares(is_public=True),
          parse=nothing, allows=_may_share),
    route("file_public", "GET", f"{_FILES}/restrictAccessPublic/{_ID}",
          _shares(is_public=False), parse=nothing, allows=_may_share),
    route("file_bytes", "PUT", f"/_files/{_ID}", upload, parse=_bytes, allows=None,
          takes_body=True),
    route("file_bytes", "GET", f"/_files/{_ID}", download, parse=nothing, allows=None),
)  # fmt: skip
