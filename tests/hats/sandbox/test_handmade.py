"""HATs made by hand: what is refused, and what a running sandbox sees of them."""

import json

import pytest
from django.core.management import CommandError, call_command

from hats.sandbox.handmade import HandMade, HatNotMade, NoSuchHat, Wish
from tests.hats.sandbox.conftest import HatClient, free_port, serving

WISH = Wish(name="Robin Vale-Test", password="quiet-river-9", town="Leeds", plugs=("fitbit",))


@pytest.fixture
def hand_made(tmp_path):
    return HandMade(tmp_path / "people")


@pytest.fixture
def make(data_folder, capsys):
    """Run the command as somebody at a terminal would; give what it prints."""

    def make(**options):
        call_command("sandbox_hat_new", data=data_folder, **options)
        return capsys.readouterr().out

    return make


def client(running, name):
    domain = f"{name}.hat.localhost:{running.port}"
    hat = running.world.hat(domain)
    return HatClient(running.port, domain, hat.person if hat else None)


def test_a_person_is_read_back_as_wished(hand_made):
    made = hand_made.make(WISH)

    assert hand_made.person("robin-vale-test") == made
    assert (made.full_name, made.password) == ("Robin Vale Test", "quiet-river-9")
    assert (made.town.label, made.plugs) == ("Leeds LS6", {"fitbit"})


def test_who_wishes_for_little_gets_a_password_a_surname_and_no_data(hand_made):
    made = hand_made.make(Wish(name="mo7"))

    assert made.password
    assert made.last_name
    assert made.plugs == frozenset()
    assert hand_made.person("mo7") == made


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (Wish(name="ab"), "3 to 40 characters"),
        (Wish(name="a" * 41), "3 to 40 characters"),
        (Wish(name="robin_vale"), "letters a to z"),
        (Wish(name="../robin"), "letters a to z"),
        (Wish(name="-robin"), "letters a to z"),
        (Wish(name="rødgrød"), "letters a to z"),
        (Wish(name="platform"), "kept for the sandbox"),
        (Wish(name="ben-willowby"), "sandbox's own invented people"),
        (Wish(name="ben-willowby-2"), "sandbox's own invented people"),
        (Wish(name="robin", password="short"), "at least 8 characters"),
        (Wish(name="robin", town="Atlantis"), "nobody in “Atlantis”"),
        (Wish(name="robin", plugs=("fitbit", "myspace")), "no data plug “myspace”"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(hand_made, wish, reason):
    with pytest.raises(HatNotMade, match=reason):
        hand_made.make(wish)

    assert hand_made.names() == []


def test_a_name_is_given_once(hand_made):
    first = hand_made.make(WISH)

    with pytest.raises(HatNotMade, match="already"):
        hand_made.make(Wish(name="robin-vale-test", password="another-one"))

    assert hand_made.person("robin-vale-test") == first


def test_a_path_is_never_a_name(hand_made, tmp_path):
    (tmp_path / "people").mkdir()
    (tmp_path / "other.json").write_text("{}")

    assert hand_made.stamp("../other") is None
    with pytest.raises(NoSuchHat):
        hand_made.forget("../other")
    assert (tmp_path / "other.json").exists()


def test_the_command_prints_how_to_log_in(make):
    log_in = json.loads(make(name="robin", plugs="fitbit, spotify", port=9107))

    assert log_in["domain"] == "robin.hat.localhost:9107"
    assert log_in["username"] == "robin"
    assert make(list=True) == "robin\n"


def test_the_command_says_why_it_makes_none(make):
    with pytest.raises(CommandError, match="no data plug"):
        make(name="robin", plugs="myspace")

    assert make(list=True) == ""


def test_a_running_sandbox_serves_a_hat_made_meanwhile(data_folder, make):
    with serving(data_folder) as running:
        port = running.port
        assert client(running, "robin").get("/publickey").status == 404

        make(name="robin", password="quiet-river-9", plugs="uber")
        robin = client(running, "robin")

        assert robin.log_in("robin", "quiet-river-9").status == 200
        rides = robin.get("/api/v2.6/data/uber/rides?take=3", token=robin.owner).json
    assert len(rides) == 3
    with serving(data_folder, port=port) as again:
        assert client(again, "robin").log_in("robin", "quiet-river-9").status == 200


def test_a_hat_removed_while_the_sandbox_runs_is_gone_with_all_it_held(data_folder, make):
    with serving(data_folder) as running:
        make(name="robin", password="quiet-river-9")
        robin = client(running, "robin")
        robin.post("/api/v2.6/data/shop/orders", {"id": 1}, token=robin.owner)

        make(remove="robin")
        gone = robin.get("/publickey")
        make(name="robin", password="second-river-9")
        robin = client(running, "robin")

        assert gone.status == 404
        assert robin.log_in("robin", "quiet-river-9").status == 401
        assert robin.get("/api/v2.6/data/shop/orders", token=robin.owner).json == []


def test_invented_people_cannot_be_removed(data_folder, make):
    with serving(data_folder) as running:
        name = running.hat().person.name

        with pytest.raises(CommandError, match="No HAT"):
            make(remove=name)

        assert running.hat().get("/publickey").status == 200


def test_the_name_of_the_sandboxs_own_account_is_refused(data_folder):
    with serving(data_folder, platform_username="operator", port=free_port()) as running:
        with pytest.raises(HatNotMade, match="own account"):
            running.world.make_hat(Wish(name="operator"))

        assert running.world.hats_made_by_hand() == []
