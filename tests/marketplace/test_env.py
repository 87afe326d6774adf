import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace import env


def test_a_missing_variable_is_named(monkeypatch):
    monkeypatch.delenv("HM_THING", raising=False)

    with pytest.raises(ImproperlyConfigured, match="Set HM_THING"):
        env.env_str("HM_THING")


def test_a_variable_may_come_from_a_file(monkeypatch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    monkeypatch.setenv("HM_THING_FILE", str(secret))

    assert env.env_str("HM_THING") == "from a file"


@pytest.mark.parametrize(("text", "value"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_yes_and_no_are_understood(monkeypatch, text, value):
    monkeypatch.setenv("HM_THING", text)

    assert env.env_bool("HM_THING", default=not value) is value


def test_neither_yes_nor_no_is_refused(monkeypatch):
    monkeypatch.setenv("HM_THING", "perhaps")

    with pytest.raises(ImproperlyConfigured, match="“perhaps”, but must be 1 or 0"):
        env.env_bool("HM_THING", default=True)


@pytest.mark.parametrize("text", ["-1", "1.5", "many", "0"])
def test_a_number_below_its_minimum_or_no_number_is_refused(monkeypatch, text):
    monkeypatch.setenv("HM_THING", text)

    with pytest.raises(ImproperlyConfigured, match="whole number ≥ 1"):
        env.env_int("HM_THING", 5, minimum=1)


@pytest.mark.parametrize("text", ["{", '{"suffix": "a"}', "[1]"])
def test_clusters_that_are_no_list_of_objects_are_refused(monkeypatch, text):
    monkeypatch.setenv("HM_THING", text)

    with pytest.raises(ImproperlyConfigured):
        env.env_json("HM_THING", "[]")


def test_a_short_secret_is_refused_outside_the_demo(monkeypatch):
    monkeypatch.setenv("HM_THING", "short")

    with pytest.raises(ImproperlyConfigured, match="at least 32 characters"):
        env.env_secret("HM_THING", minimum_length=32, demo=False)


def test_a_file_of_variables_fills_in_only_what_is_not_set(monkeypatch, tmp_path):
    monkeypatch.setenv("HM_ONE", "mine")
    monkeypatch.setenv("HM_TWO", "to be removed")
    monkeypatch.delenv("HM_TWO")
    file = tmp_path / "file.env"
    file.write_text("# a comment\nHM_ONE=theirs\nHM_TWO=theirs\n")

    env.load_file(file)

    assert (env.env_str("HM_ONE"), env.env_str("HM_TWO")) == ("mine", "theirs")
