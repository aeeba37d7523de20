"""Reading the tree file in, again and again: new, changed, vanished and returned trees, and who hears of it."""

import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.outbox import Message
from spreekt.kernel.places import Point
from spreekt.kernel.storage import Base
from spreekt.modules.boomspiegel import tree_commands
from spreekt.modules.boomspiegel.adoption_models import AdoptionState
from spreekt.modules.boomspiegel.models import Light, PitState, TreePit
from spreekt.modules.boomspiegel.tree_file import TreeEntry
from spreekt.modules.boomspiegel.tree_import import Tally, TooManyVanished, import_trees
from spreekt.web.engine import make_engine
from tests.builders import DAY, NOON, a_resident, an_area
from tests.tree_builders import TODAY, an_adoption

A = AdoptionState


def entry(code: str, **fields: object) -> TreeEntry:
    plain = TreeEntry(
        line=2, code=code, species="Linde", latin="Tilia", length_cm=120, width_cm=120, light=Light.SUN,
        near_junction=False, place=f"Rijselsestraat {code[-2:]}", point=Point(50.8262, 3.2640), state=None, reason="",
        until=None,
    )  # fmt: skip
    return replace(plain, **fields)  # type: ignore[arg-type]


def trees(*numbers: int) -> list[TreeEntry]:
    return [entry(f"BS-{number:04d}") for number in numbers]


def read_in(db: Session, entries: list[TreeEntry], **options: bool) -> Tally:
    tally = import_trees(db, entries, by=SYSTEM, now=NOON, **options)
    db.commit()
    db.expire_all()
    return tally


def pit(db: Session, number: int) -> TreePit:
    return db.scalars(select(TreePit).where(TreePit.code == f"BS-{number:04d}")).one()


def test_the_same_file_twice_changes_nothing(db: Session) -> None:
    an_area("Heule")

    first, again = read_in(db, trees(1, 2)), read_in(db, trees(1, 2))

    assert (first.new, first.unchanged) == (2, 0)
    assert (again.new, again.unchanged, again.changed, again.removed) == (0, 2, 0, 0)


def test_a_tree_lies_in_the_areas_around_its_point_and_moves_with_it(db: Session) -> None:
    here, there = an_area("Heule"), an_area("Marke", outline={"type": "Polygon", "coordinates": [
        [[3.1, 50.7], [3.19, 50.7], [3.19, 50.79], [3.1, 50.79], [3.1, 50.7]]]})  # fmt: skip

    read_in(db, [entry("BS-0001")])
    before = [area.name for area in pit(db, 1).areas]
    tally = read_in(db, [entry("BS-0001", point=Point(50.75, 3.15), species="Es")])

    assert before == [here.name]
    assert [area.name for area in pit(db, 1).areas] == [there.name]
    assert (tally.changed, pit(db, 1).species) == (1, "Es")
    assert " es" in pit(db, 1).search_key


def test_a_vanished_tree_is_marked_its_adopter_told_and_nothing_deleted(db: Session) -> None:
    read_in(db, trees(*range(1, 11)))
    adoption = an_adoption(pit(db, 3), a_resident())
    waiting = an_adoption(pit(db, 3), a_resident(), state=A.WAITING)

    tally = read_in(db, [one for one in trees(*range(1, 11)) if one.code != "BS-0003"])

    assert (tally.removed, tally.adopters_told) == (1, 2)
    gone = pit(db, 3)
    assert (gone.state, gone.gone_on) == (PitState.REMOVED, TODAY)
    assert (adoption.state, waiting.state) == (A.ENDED_BY_WORKS, A.ENDED_BY_WORKS)
    told = [message.payload["adoption_id"] for message in db.scalars(select(Message)) if
            message.topic == "adoption.ended"]  # fmt: skip
    assert sorted(told) == sorted([adoption.id, waiting.id])


def test_a_tree_that_comes_back_is_free_again(db: Session) -> None:
    read_in(db, trees(*range(1, 11)))
    read_in(db, trees(*range(2, 11)))

    tally = read_in(db, trees(*range(1, 11)))

    assert (tally.returned, pit(db, 1).state, pit(db, 1).gone_on) == (1, PitState.AVAILABLE, None)


def test_a_file_that_misses_too_much_is_not_believed(db: Session) -> None:
    read_in(db, trees(*range(1, 11)))

    with pytest.raises(TooManyVanished) as refusal:
        read_in(db, trees(*range(1, 8)))
    assert refusal.value.args == (3, 10)
    assert read_in(db, trees(*range(1, 9))).removed == 2
    assert read_in(db, trees(1), vanishing_is_right=True).removed == 7


def test_the_file_pauses_and_frees_places_but_does_not_end_an_adoption(db: Session) -> None:
    read_in(db, trees(1, 2, 3))
    held = an_adoption(pit(db, 1), a_resident())
    other = an_adoption(pit(db, 2), a_resident())

    tally = read_in(db, [
        entry("BS-0001", state=PitState.UNSUITABLE, reason="te klein"),
        entry("BS-0002", state=PitState.PAUSED, reason="nutswerken", until=TODAY + 30 * DAY),
        entry("BS-0003", state=PitState.UNSUITABLE, reason="monumentale boom"),
    ])  # fmt: skip

    assert (tally.held_and_unsuitable, tally.states_changed) == (1, 2)
    assert (pit(db, 1).state, held.state) == (PitState.ADOPTED, A.ACTIVE)
    assert (pit(db, 2).state, pit(db, 2).paused_until, other.state) == (PitState.PAUSED, TODAY + 30 * DAY, A.ACTIVE)
    assert pit(db, 3).state_reason == "monumentale boom"

    read_in(db, [entry(f"BS-{number:04d}", state=PitState.AVAILABLE) for number in (1, 2, 3)])
    assert (pit(db, 2).state, pit(db, 3).state) == (PitState.ADOPTED, PitState.AVAILABLE)


def test_a_file_without_states_leaves_what_staff_decided(db: Session) -> None:
    read_in(db, [entry("BS-0001", state=PitState.UNSUITABLE, reason="te klein")])

    read_in(db, trees(1))

    assert pit(db, 1).state == PitState.UNSUITABLE


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database of its own for the command."""
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "SECRET_KEY": "s" * 40,
        "IDENTITY_KEY": "i" * 40,
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"SPREEKT_{name}", value)
    engine = make_engine(settings["DATABASE_URL"])
    Base.metadata.create_all(engine)
    engine.dispose()
    return Settings.from_environment()


def command(path: Path, **options: bool) -> Namespace:
    return Namespace(file=path, **{"check": False, "vanished": False, "json": False} | options)


def test_the_command_reads_a_file_in_or_says_every_fault(
    installation: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "bomen.csv", tmp_path / "fout.csv"
    header = "code;soort;lengte_cm;breedte_cm;licht;adres;lat;lon\n"
    good.write_text(f"{header}BS-0001;Linde;120;120;zon;Rijselsestraat 61;50.8262;3.264\n", "utf-8")
    bad.write_text(f"{header}BS-0001;Linde;120;120;maan;Rijselsestraat 61;50.8262;3.264\nx;;;;;;;\n", "utf-8")

    assert tree_commands.run_import(command(good, check=True)) == 0
    assert "Sound: 1 tree pits." in capsys.readouterr().out
    assert tree_commands.run_import(command(bad)) == 1
    assert "fout.csv, 2: licht is zon" in (said := capsys.readouterr().err)
    assert "fout.csv, 3:" in said
    assert tree_commands.run_import(command(good, json=True)) == 0
    assert json.loads(capsys.readouterr().out)["done"]["new"] == 1
    assert tree_commands.run_import(command(tmp_path / "niets.csv")) == 2
    assert "cannot be read" in capsys.readouterr().err
    good.write_text(f"{header}BS-0002;Linde;120;120;zon;Rijselsestraat 75;50.8262;3.264\n", "utf-8")
    assert tree_commands.run_import(command(good)) == 1
    assert "--vanished" in capsys.readouterr().err
