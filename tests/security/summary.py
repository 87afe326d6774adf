"""``access.csv`` in words: ``python -m tests.security.summary`` puts it into docs/security.md."""

import csv
from collections import defaultdict
from pathlib import Path

TABLE = Path(__file__).with_name("access.csv")
DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
BEGIN, END = "<!-- access -->\n", "<!-- /access -->"
PEOPLE = (
    "anonymous",
    "owner_a",
    "owner_b",
    "viewer_a",
    "buyer_a",
    "approver_a",
    "owner_of_a",
    "member_b",
    "moderator",
)
REFUSED = 400

WHO = {
    "anonymous": "visitors",
    "owner_a": "the HAT owner concerned",
    "owner_b": "other HAT owners",
    "viewer_a": "viewers",
    "buyer_a": "buyers",
    "approver_a": "approvers",
    "owner_of_a": "owners of the organisation",
    "member_b": "other organisations",
    "moderator": "moderators",
}
TOGETHER = {
    PEOPLE: "everybody",
    PEOPLE[1:]: "everybody logged in",
    PEOPLE[3:]: "everybody with a password",
    ("owner_a", "owner_b"): "HAT owners, each for themselves",
    ("anonymous", "owner_a", "owner_b"): "HAT owners, logged in or by the key of their HAT",
    ("viewer_a", "buyer_a", "approver_a", "owner_of_a"): "members of the organisation",
    ("buyer_a", "approver_a", "owner_of_a"): "members who may buy",
    ("approver_a", "owner_of_a"): "members who may approve",
    ("owner_of_a", "member_b"): "owners, each of their own organisation",
    ("viewer_a",): "whom the invitation names",
    ("buyer_a",): "whom the notice is for",
    ("viewer_a", "buyer_a", "approver_a", "owner_of_a", "member_b"): (
        "members, each of their own organisation"
    ),
    ("buyer_a", "approver_a", "owner_of_a", "member_b"): (
        "members who may buy, each for their own organisation"
    ),
}
HEAD = "| who | reads | sends |\n| --- | --- | --- |"


def table() -> str:
    """One line for each set of people, with the addresses that answer them."""
    seen: dict[tuple[str, ...], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with TABLE.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            let_in = tuple(person for person in PEOPLE if _is_answered(row[person]))
            if let_in:
                seen[let_in][row["method"]].append(f"`{row['address']}`")
    lines = [_line(people, names) for people, names in sorted(seen.items(), key=_place)]
    return "\n".join([HEAD, *lines])


def _is_answered(answer: str) -> bool:
    return answer != "login" and int(answer) < REFUSED


def _line(people: tuple[str, ...], names: dict[str, list[str]]) -> str:
    who = TOGETHER.get(people) or ", ".join(WHO[person] for person in people)
    return f"| {who} | {', '.join(names['GET'])} | {', '.join(names['POST'])} |"


def _place(item: tuple[tuple[str, ...], object]) -> tuple[int, ...]:
    people = item[0]
    return (-len(people), *map(PEOPLE.index, people))


def inside(text: str) -> str:
    """The part of the document that is made from the table."""
    return text.partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    written = DOCUMENT.read_text(encoding="utf-8")
    before, after = written.partition(BEGIN)[0], written.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}{table()}\n{END}{after}", encoding="utf-8")
