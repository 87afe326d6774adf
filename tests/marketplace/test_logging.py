import json
import logging

from marketplace.logging import JsonLines, Plain, request_id


def _line(message: str, *arguments: object, exception: bool = False, **extra: object) -> dict:
    return json.loads(
        JsonLines().format(_record(message, *arguments, exception=exception, **extra))
    )


def _record(message: str, *arguments: object, exception: bool = False, **extra: object):
    problem = ValueError("Robin Vale, 3 Mill Lane")
    info = (ValueError, problem, None) if exception else None
    record = logging.LogRecord("hats.client", logging.INFO, __file__, 1, message, arguments, info)
    record.__dict__.update(extra)
    return record


def test_a_line_is_an_event_with_its_ids():
    line = _line("retrieval.stored", retrieval_id=7, records=40)

    assert (line["event"], line["retrieval_id"], line["records"]) == ("retrieval.stored", 7, 40)


def test_a_line_carries_the_request_it_belongs_to():
    token = request_id.set("abc123")

    assert _line("order.placed")["request_id"] == "abc123"
    request_id.reset(token)


def test_what_is_not_allow_listed_does_not_reach_a_line():
    assert "robin@example.org" not in json.dumps(_line("user.seen", email="robin@example.org"))


def test_the_arguments_of_other_packages_do_not_reach_a_line():
    line = _line("Failed row: %s", "Robin Vale")

    assert line["event"] == "Failed row: %s"


def test_the_text_of_an_exception_does_not_reach_a_line():
    line = _line("outbox.failed", exception=True)

    assert line["exception"] == "ValueError"
    assert "Robin" not in json.dumps(line)


def test_the_plain_form_says_the_same_for_eyes():
    text = Plain().format(_record("retrieval.stored", retrieval_id=7))

    assert text == "info    hats.client retrieval.stored retrieval_id=7"
