"""Texts for people that nobody can translate: found in templates and in modules.

Templates are read as Django's lexer cuts them, modules as syntax trees. What is found is a text
that stands there plainly; what is put together at run time is for the eye.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

from common import catalogues

LETTER = re.compile(r"[^\W\d_]")
# Names are the same in every language.
NAMES = re.compile(
    r"\b(HAT Market|HATs?|HTML|CSV|JSON( Lines)?|JSON-LD|ZIP|DCAT|Croissant|UTC|UUID|API|Stripe"
    r"|ISO(/IEC)?|TS|SHA-256|AES-256-GCM|Dataswift|Dataswyft|hat-js)\b"
)
ENTITY = re.compile(r"&#?\w+;")

# -- templates ----------------------------------------------------------------------------------
SAID_BY = {"alt", "title", "aria-label", "aria-description", "placeholder", "label", "summary"}
SILENT = {"script", "style", "code", "kbd", "samp"}
BLOCKS_OF_TEXT = {"blocktranslate": "endblocktranslate", "blocktrans": "endblocktrans"}
BLOCKS_UNREAD = {
    "comment": "endcomment",
    "verbatim": "endverbatim",
    "block room": "endblock",
    "capture search": "endcapture",
}
# Tags whose words are names of things, never said.
FOR_MACHINES = {
    *("if", "elif", "url", "static", "icon", "drawing", "load", "block", "endblock", "extends"),
    *("capture", "for", "csrf_token", "ifchanged", "widget", "query_string", "status_badge"),
    *("translate", "trans", "get_current_language", "htmx_script", "element", "slot", "regroup"),
}
# Parameters of components that no one reads.
PARAMETERS = {
    *("classes", "icon_name", "also", "drawing_name", "variant", "tone", "kind", "name", "id"),
    *("room", "search", "level", "key", "form_id", "target", "part", "state", "method", "url"),
    *("action_url", "autocomplete", "type", "wide", "bare", "hide_label", "prefix", "anchor"),
}
LITERAL = re.compile(
    r"""(?P<before>\w+=|\|\w+:|_\(|^|[\s(])(?P<quote>["'])(?P<text>.*?)(?P=quote)"""
)
SPOKEN_FILTERS = {"default", "default_if_none", "yesno", "add", "join"}
UNCLOSED = re.compile(r"""<\w[^<>]*\s(?P<name>[\w-]+)=(["'])(?:(?!\2)[^<>])*$""")
MACHINE_WORD = re.compile(r"[a-z0-9_:/.#?&=%-]*")


def unmarked_in_template(source: str) -> list[str]:
    """What people would read in it in one language only."""
    found: list[str] = []
    html = ""
    for token in _shown(source):
        if token.token_type == TokenType.TEXT:
            html += token.contents
            continue
        if not _is_in_silent_attribute(html):
            found += _literals(token)
        html += "3" if html.endswith(("<h", "</h")) else "\0"  # a heading of some level
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return found + reader.found


def _is_in_silent_attribute(html: str) -> bool:
    """Whether what comes now stands in an attribute that nobody reads or hears."""
    attribute = UNCLOSED.search(html)
    return attribute is not None and attribute["name"] not in SAID_BY | {"content", "value"}


def _shown(source: str) -> Iterator[Token]:
    """Everything outside comments and outside blocks that are marked."""
    until, unread = "", BLOCKS_OF_TEXT | BLOCKS_UNREAD
    for token in Lexer(source).tokenize():
        words = token.contents.split() if token.token_type == TokenType.BLOCK else []
        begins = [" ".join(words[:1]), " ".join(words[:2])]
        if until:
            until = "" if begins[0] == until else until
        elif ends := [unread[name] for name in begins if name in unread]:
            until = ends[0]
        elif token.token_type != TokenType.COMMENT:
            yield token


def _literals(token: Token) -> list[str]:
    """The words that a tag hands to what it shows: {% nav_item "Orders" … %}."""
    if token.token_type == TokenType.BLOCK and token.contents.split()[0] in FOR_MACHINES:
        return []
    found = []
    for match in LITERAL.finditer(token.contents):
        before, text = match["before"], match["text"]
        is_filter = before.startswith("|")
        if before == "_(" or before.rstrip("=") in PARAMETERS or not _is_said(text):
            continue
        if is_filter and before.strip("|:") not in SPOKEN_FILTERS:
            continue
        if MACHINE_WORD.fullmatch(text) and not is_filter:
            continue
        found.append(text)
    return found


class _Reader(HTMLParser):
    """Collects texts and attributes that somebody sees or hears."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent.append(tag)
        given = dict(attrs)
        said = [given.get(name) for name in SAID_BY]
        if tag == "meta" and "description" in str(given.get("name") or given.get("property")):
            said.append(given.get("content"))
        if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
            said.append(given.get("value"))
        self.found += [text for text in said if text and _is_said(text)]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent and _is_said(data):
            self.found.append(" ".join(data.replace("\0", "…").split()))


def _is_said(text: str) -> bool:
    return bool(LETTER.search(ENTITY.sub("", NAMES.sub("", text))))


# -- modules ------------------------------------------------------------------------------------
MESSAGES = {"success", "info", "warning", "error", "debug"}
MARKS = set(catalogues.KEYWORDS)
SPOKEN_BY_FIELDS = {"label", "help_text", "empty_label"}
SPOKEN_BY_NOTICES = {"subject", "line"}


def unmarked_in_module(source: str, refusals: set[str]) -> list[str]:
    """Plain texts where people will read them.

    :param refusals: names of the exceptions whose sentence somebody is shown.
    """
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found += [text for part in _spoken(node, refusals) for text in _plain(part)]
        elif isinstance(node, ast.ClassDef) and _is_choices(node):
            found += [text for part in _labels(node) for text in _plain(part)]
    return found


def _spoken(call: ast.Call, refusals: set[str]) -> list[ast.expr]:
    """The arguments of a call that somebody reads."""
    name, owner = _name(call.func), _name(getattr(call.func, "value", None))
    keywords = {word.arg: word.value for word in call.keywords if word.arg}
    # A model's help is for who reads the code.
    is_of_a_model = owner == "models" or name in {"ArrayField", "SearchVectorField"}
    is_shown = _is_field(name) and not is_of_a_model
    said = [keywords[key] for key in SPOKEN_BY_FIELDS & set(keywords) if is_shown]
    if _is_field(name) and "choices" in keywords:
        said += _second_of_pairs(keywords["choices"])
    if name == "notify":
        said += [keywords[key] for key in SPOKEN_BY_NOTICES & set(keywords)]
    if name == "Look":
        said += call.args[:1]
    if name == "ValidationError" or name in refusals:
        said += [one for one in call.args[:1] if not _is_code(one)]
    if owner == "messages" and name in MESSAGES:
        said += call.args[1:2]
    if "sentence" in keywords:
        said.append(keywords["sentence"])
    return said


def _is_code(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_code(node.body) and _is_code(node.orelse)
    return _is_text(node) and bool(re.fullmatch(r"[a-z0-9_]+", ast.literal_eval(node)))


def _is_field(name: str) -> bool:
    return name.endswith(("Field", "Choice")) and name[:1].isupper()


def _second_of_pairs(node: ast.expr) -> list[ast.expr]:
    return [
        one.elts[1]
        for one in ast.walk(node)
        if isinstance(one, ast.Tuple) and len(one.elts) == 2 and _is_text(one.elts[0])
    ]


def _is_choices(node: ast.ClassDef) -> bool:
    return any(_name(base) in {"TextChoices", "IntegerChoices"} for base in node.bases)


def _labels(node: ast.ClassDef) -> list[ast.expr]:
    """The second part of ``OPEN = "open", "Open"``."""
    values = [line.value for line in node.body if isinstance(line, ast.Assign)]
    return [value.elts[1] for value in values if isinstance(value, ast.Tuple)]


def _plain(node: ast.AST) -> list[str]:
    """The texts in an expression that do not pass through a mark."""
    if isinstance(node, ast.Call) and _name(node.func) in MARKS:
        return []
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and _is_said(node.value) else []
    if isinstance(node, ast.JoinedStr):
        words = [part.value for part in node.values if isinstance(part, ast.Constant)]
        return [said] if _is_said(said := "…".join(map(str, words))) else []
    return [text for one in _inner(node) for text in _plain(one)]


def _inner(node: ast.AST) -> list[ast.expr]:
    """The parts of an expression out of which its text is made."""
    if isinstance(node, ast.Call):
        return [node.func.value] if isinstance(node.func, ast.Attribute) else []
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Lambda):
        return [node.body]
    return [node.value] if isinstance(node, ast.Subscript) else []


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _name(node: ast.AST | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


# -- which files --------------------------------------------------------------------------------
def templates(root: Path) -> list[Path]:
    """Every template, mails included."""
    folder = root / "templates"
    return sorted([*folder.rglob("*.html"), *folder.rglob("*.txt")])


def modules(root: Path, app: str) -> list[Path]:
    """An app's modules that speak to people: not the command line, nor the pretend HAT."""
    unread = {"migrations", "management", "sandbox", "run", "bench"}
    return sorted(path for path in (root / app).rglob("*.py") if not unread & set(path.parts))
