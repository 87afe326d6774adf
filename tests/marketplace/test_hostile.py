"""What ``make trade HOSTILE=5`` judges by; the run itself needs a house."""

import subprocess
import sys
from typing import Any, cast

import pytest

from marketplace.bench import hostile
from marketplace.bench.memory import Peak
from marketplace.run.__main__ import HOSTILE_HATS


def _report(**changed: Any) -> hostile.Report:
    facts = {
        "good": 1200,
        "bad": 32,
        "clean_seconds": 10.0,
        "good_seconds": 13.0,
        "worker_mebibytes": 200.0,
        "outcomes": {},
    }
    return hostile.Report(**(facts | changed))


def test_a_third_longer_and_little_memory_is_no_complaint() -> None:
    assert list(hostile.too_much(_report())) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"good_seconds": 14.6}, "good HATs took 1.46 times as long"),
        ({"worker_mebibytes": 701.0}, "a worker process took 701 MiB"),
    ],
)
def test_much_longer_or_much_memory_is_one(changed: dict[str, float], words: str) -> None:
    (complaint,) = hostile.too_much(_report(**changed))

    assert complaint.startswith(words)


def test_the_facts_name_both_times_and_their_ratio() -> None:
    facts = _report().facts()

    assert (facts["clean_seconds"], facts["good_seconds"], facts["ratio"]) == (10.0, 13.0, 1.3)


def test_five_in_a_hundred_of_all_are_bad() -> None:
    assert hostile.bad_among(95, 5) == 5


def test_there_are_hats_enough_for_the_usual_share() -> None:
    assert hostile.hats_needed(5) <= HOSTILE_HATS


def test_bad_hats_stand_evenly_among_the_good_and_none_is_left_out() -> None:
    good, bad = ([cast("Any", f"{kind}{n}") for n in range(size)] for kind, size in
                 [("good", 6), ("bad", 2)])  # fmt: skip

    mixed = hostile.Round(good, [("slow", one) for one in bad]).debits

    assert mixed == ["bad0", "good0", "good1", "good2", "bad1", "good3", "good4", "good5"]


def test_the_peak_of_a_child_is_seen() -> None:
    grows = "import sys; x = bytearray(90 << 20); print('.', flush=True); sys.stdin.read()"
    # A parent of its own: the tests have other children, and large ones.
    starts = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    parent = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-c", starts, grows], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdin
    assert parent.stdout
    with parent, Peak(parent.pid) as peak:
        parent.stdout.read(1)
        peak.look()
        parent.stdin.close()

    assert 90 < peak.mebibytes < 200
