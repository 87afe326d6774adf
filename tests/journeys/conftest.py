"""One standing house and one browser for all journeys.

The journeys come last in the order they are written: each story is told from its beginning, and
a running browser keeps an event loop of its own, which other tests could not share. ``SHOTS=DIR``
photographs every page that is looked at.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from marketplace.run.bootstrap import BROWSERS
from marketplace.run.frontdoor import Visitor
from marketplace.run.people import Buyer, Owner
from tests.journeys import crowd, house
from tests.journeys.house import StandingHouse
from tests.journeys.person import DESKTOP, PHONE, Person, Screen, minor_findings

HERE = Path(__file__).parent
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
_failed_stories: dict[object, str] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of tests that follow one another."""
    config.addinivalue_line("markers", "story: each test goes on where the one before ended")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys need sockets and patience, are marked, and come last, as they are written."""
    journeys = [item for item in items if HERE in item.path.parents]
    for item in journeys:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.enable_socket)
        item.add_marker(pytest.mark.timeout(house.PATIENCE_SECONDS))
    others = [item for item in items if HERE not in item.path.parents]
    strays = [item.nodeid for item in others if "browser_name" in getattr(item, "fixturenames", ())]
    if strays:
        # An argument called “page” is enough: pytest would pull all journeys to such a test, and
        # what runs after a browser cannot use the database.
        raise pytest.UsageError(f"Only journeys may have a browser: {', '.join(strays)}")
    items[:] = others + sorted(journeys, key=_place)


def _place(item: pytest.Item) -> tuple[str, str, int]:
    """File, class with screen (together they are one story), line."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    screen = parameters.get("screen")
    line = item.reportinfo()[1] or 0
    return str(item.path), f"{getattr(item, 'cls', None)} {screen.name if screen else ''}", line


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A story whose chapter failed is not told further."""
    report = yield
    if report.failed and item.get_closest_marker("story"):
        _failed_stories.setdefault(_place(item)[:2], item.name)
    return report


def pytest_runtest_setup(item: pytest.Item) -> None:
    failed = _failed_stories.get(_place(item)[:2]) if item.get_closest_marker("story") else None
    if failed:
        pytest.skip(f"the story broke off at {failed}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What axe found and nobody must mend at once."""
    for finding in sorted(minor_findings):
        terminalreporter.write_line(f"axe, {finding}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium that is installed; none is downloaded."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found and os.environ.get("CI"):
        pytest.fail("no Chromium: apt-get install chromium, or name one in CHROMIUM.")
    if not found:
        pytest.skip("no Chromium: apt-get install chromium, or name one in CHROMIUM.")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": found, "args": QUIET + sandbox}


@pytest.fixture(scope="session")
def standing() -> Iterator[StandingHouse]:
    """The whole market, every process of it, for all journeys of the session."""
    with house.standing_house(hats=40) as stands:
        yield stands


@pytest.fixture(scope="class")
def people(browser: Browser, standing: StandingHouse) -> Iterator[Callable[..., Person]]:
    """Bring people: each has cookies and a window of their own."""
    contexts = []

    def bring(screen: Screen = DESKTOP, **options: Any) -> Person:
        context = browser.new_context(**{**screen.options(), "locale": "en-GB", **options})
        contexts.append(context)
        scripts = options.get("java_script_enabled", True)
        return Person(context, site_url=standing.url, screen=screen, scripts=scripts)

    yield bring
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def seat(browser: Browser, standing: StandingHouse) -> Iterator[Callable[..., Person]]:
    """Somebody who only looks at pages keeps one window for all of them."""
    seats: dict[object, Person] = {}

    def sit(visitor: Visitor | None, screen: Screen = DESKTOP, **options: Any) -> Person:
        key = (visitor, screen, *options.items())
        if key not in seats:
            context = browser.new_context(**{**screen.options(), "locale": "en-GB", **options})
            seats[key] = Person(context, site_url=standing.url, screen=screen)
            if visitor:
                seats[key].is_logged_in_as(visitor)
        seats[key].problems.clear()
        return seats[key]

    yield sit
    for person in seats.values():
        person.context.close()


@pytest.fixture(params=[DESKTOP, PHONE], ids=lambda screen: screen.name, scope="class")
def screen(request: pytest.FixtureRequest) -> Screen:
    """Once at a desk, once on a phone."""
    chosen: Screen = request.param
    return chosen


@pytest.fixture(scope="session")
def ines(standing: StandingHouse) -> Buyer:
    """A buyer of the demo's museum; orders above £500 need Ada."""
    return crowd.somebody(standing, "ines@tidewater.example")


@pytest.fixture(scope="session")
def line(standing: StandingHouse, ines: Buyer) -> str:
    """An order that every owner of songs can say yes to."""
    return crowd.open_line(standing, ines, offer="evening-plays", places=30)


@pytest.fixture(scope="session")
def listeners(standing: StandingHouse, line: str) -> Iterator[Owner]:
    """HAT owners to whom the line is offered, logged in; each test takes another one."""
    return (owner for owner in crowd.everybody(standing) if crowd.offered(owner, line))
