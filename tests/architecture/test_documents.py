"""What documents name exists: links, paths, modules, commands, variables and statuses."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from hats.sandbox.faults import Kind
from marketplace.celery import app as celery

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PACKAGES = (
    "accounts",
    "buyers",
    "common",
    "fulfilment",
    "hats",
    "ledger",
    "marketplace",
    "offers",
    "tests",
)
FOLDERS = (*PACKAGES, "docs", "static", "templates", ".ci")
READERS = {"env_str", "env_bool", "env_int", "env_list", "env_json", "env_secret"}
# One the bench hands to its own server, one that machines set which run all checks.
NOT_THE_OPERATORS = {"BARE_BYTES", "CI"}
MACHINES = {m.__name__: m for m in apps.get_models() if hasattr(m, "TRANSITIONS")}

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def _text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def _quoted(document: Path) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", _text(document))


@each_document
def test_every_link_leads_to_a_file(document):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", _text(document))

    assert [link for link in links if not (document.parent / link).exists()] == []


@each_document
def test_every_path_named_exists(document):
    is_path = re.compile(rf"(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./-]*")
    paths = [word for word in _quoted(document) if is_path.fullmatch(word)]
    beside = [word for word in _quoted(document) if re.fullmatch(r"[\w-]+\.md", word)]

    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert [name for name in beside if not (document.parent / name).exists()] == []


@each_document
def test_every_module_function_and_task_named_exists(document):
    dotted = re.compile(rf"(?<![\w./])(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
    celery.loader.import_default_modules()
    names = [name for word in _quoted(document) for name in dotted.findall(word)]

    assert [name for name in names if name not in celery.tasks and not _is_there(name)] == []


def _is_there(name: str) -> bool:
    """Whether the dotted name is a module, or something in one."""
    words = name.split(".")
    for length in range(len(words), 0, -1):
        try:
            found = import_module(".".join(words[:length]))
        except ModuleNotFoundError:
            continue
        for word in words[length:]:
            if not hasattr(found, word):
                return False
            found = getattr(found, word)
        return True
    return False


@each_document
def test_every_command_named_exists(document):
    targets = re.findall(r"^([a-z-]+):", _text(ROOT / "Makefile"), re.MULTILINE)
    words = _text(document)
    commands = re.findall(r"manage\.py (\w+)", words)
    makes = re.findall(r"(?:`|^    )make ([a-z-]+)", words, re.MULTILINE)

    assert sorted(set(commands) - set(get_commands())) == []
    assert sorted(set(makes) - set(targets)) == []


def _variables_read() -> Iterator[str]:
    """Names of environment variables, as literals where the programs read them."""
    for package in PACKAGES[:-1]:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(_text(path))):
                if isinstance(node, ast.Call) and node.args and _reads(node.func):
                    name = node.args[0]
                    if isinstance(name, ast.Constant):
                        yield str(name.value)


def _reads(function: ast.expr) -> bool:
    """Whether it is a reader of ``marketplace.env``, or ``os.environ.get``."""
    if not isinstance(function, ast.Attribute):
        return False
    return function.attr in READERS or ast.unparse(function) == "os.environ.get"


def test_every_variable_stands_in_the_example_and_no_other():
    example = re.findall(r"^#? ?([A-Z][A-Z_]+)=", _text(ROOT / ".env.example"), re.MULTILINE)

    assert len(example) == len(set(example))
    assert set(example) == set(_variables_read()) - NOT_THE_OPERATORS


def test_the_state_machines_are_drawn_with_all_their_statuses_and_no_other():
    table = _text(ROOT / "docs" / "architecture.md").partition("## State machines")[2]
    rows = re.findall(r"^\| ([A-Z]\w+) \| (.+) \|$", table, re.MULTILINE)
    drawn = {
        name: set(re.findall(r"[a-z_]+", states)) - {"all", "but", "or"} for name, states in rows
    }

    assert drawn == {name: set(model.Status.values) for name, model in MACHINES.items()}


def test_the_sandboxs_faults_are_all_described():
    text = _text(ROOT / "docs" / "sandbox-hat.md").partition("| kind |")[2].partition("Routes:")[0]
    described = [
        kind
        for row in re.findall(r"^\| (`.+?) \|", text, re.MULTILINE)
        for kind in re.findall(r"`(\w+)`", row)
    ]

    assert sorted(described) == sorted(Kind)
