"""Taking over the codes: only a list and a map that fit the roll and each other, whole and once."""

import io
import json

import pytest
from sqlalchemy import select

from spreekt.identity.residency import person_key
from spreekt.kernel.actor import Role
from spreekt.kernel.audit import LogEntry
from spreekt.kernel.errors import Forbidden
from spreekt.modules.referendum import codes, credentials, exhibits, gates, movers, objections, roll, roll_freeze
from spreekt.modules.referendum.ballot.credential import make_credential, public_of, secret_of
from spreekt.modules.referendum.codes import CodesRefused
from spreekt.modules.referendum.exhibits import AlreadyFrozen
from spreekt.modules.referendum.models import RollEntry, State
from spreekt.modules.referendum.poll_keys import key_of
from tests.builders import NOON, acting, staff
from tests.referendum.roll_builders import (
    LUKASZ,
    NOEMIE,
    NUMBER,
    a_coming_referendum,
    a_file,
    areas,
    made,
    read_in,
)


@pytest.fixture
def manager(db):
    return acting(staff(Role.REFERENDUM))


@pytest.fixture
def waiting(db, vault, manager):
    """A referendum with a frozen roll of two and its keys made: it waits for codes."""
    keeper, referendum = acting(staff(Role.REGISTER)), a_coming_referendum(vault)
    report = read_in(db, vault, referendum, a_file(NOEMIE, LUKASZ), by=keeper)
    roll_freeze.propose_freeze(db, referendum, by=keeper, now=NOON)
    about = roll.agreed_text(report.entries, report.sha256)
    roll_freeze.confirm_freeze(db, referendum, about=about, by=manager, now=NOON)
    referendum.state = State.KEYS
    db.commit()
    return referendum


@pytest.fixture
def files(db, waiting):
    """The two files of the authority, as text that a test may spoil."""
    voters = sorted(db.scalars(select(RollEntry.voter_key).where(RollEntry.referendum_id == waiting.id)))
    publics = [str(public_of(secret_of(make_credential(), waiting.uuid))) for _voter in voters]
    whose = "kiezer;public\r\n" + "".join(f"{v};{p}\r\n" for v, p in zip(voters, publics, strict=True))
    return {"codes": json.dumps(sorted(publics), separators=(",", ":")), "whose": whose}


def take_over(db, vault, referendum, files, by):
    streams = (io.BytesIO(files["codes"].encode()), io.BytesIO(files["whose"].encode()))
    with db.begin_nested():
        return codes.take_over(db, vault, referendum, *streams, by=by)


def with_code(db, referendum):
    rows = select(RollEntry.credential_key).where(RollEntry.referendum_id == referendum.id)
    return [key for key in db.scalars(rows) if key is not None]


def test_every_voter_gets_a_code_that_only_this_referendums_key_recognises(db, vault, waiting, files, manager):
    take_over(db, vault, waiting, files, manager)
    codes.issue(db, waiting, by=manager)

    key = key_of(vault, waiting)
    assert sorted(with_code(db, waiting)) == sorted(key.credential(public) for public in json.loads(files["codes"]))
    assert exhibits.body(db, waiting.id, exhibits.CREDENTIALS) == files["codes"]
    assert waiting.state is State.CREDENTIALS


def test_the_same_two_files_again_do_no_harm(db, vault, waiting, files, manager):
    first = take_over(db, vault, waiting, files, manager)

    assert take_over(db, vault, waiting, files, manager) == first


def test_another_list_does_not_replace_the_one_that_is_there(db, vault, waiting, files, manager):
    take_over(db, vault, waiting, files, manager)
    public = str(public_of(secret_of(make_credential(), waiting.uuid)))
    old = json.loads(files["codes"])[0]
    other = {"codes": json.dumps(sorted([json.loads(files["codes"])[1], public]), separators=(",", ":")),
             "whose": files["whose"].replace(old, public)}  # fmt: skip

    with pytest.raises(AlreadyFrozen):
        take_over(db, vault, waiting, other, manager)


def spoil_list(change):
    def spoil(files):
        return files | {"codes": json.dumps(change(json.loads(files["codes"])), separators=(",", ":"))}

    return spoil


def both_to(value):
    def spoil(files):
        old = json.loads(files["codes"])[0]
        listed = sorted([value, json.loads(files["codes"])[1]])
        return {"codes": json.dumps(listed, separators=(",", ":")), "whose": files["whose"].replace(old, value)}

    return spoil


SPOILT = {
    "a code too few": (spoil_list(lambda publics: publics[:1]), "2 kiezers en 1 codes"),
    "a code twice": (spoil_list(lambda publics: [publics[0]] * 2), "niet op haar plaats of komt twee keer"),
    "not sorted": (spoil_list(lambda publics: publics[::-1]), "niet op haar plaats"),
    "a weight": (spoil_list(lambda publics: [publics[0] + ",2", publics[1]]), "gewicht"),
    "numbers, not texts": (spoil_list(lambda publics: [1, 2]), "niet wat de drukker maakte"),
    "no list": (spoil_list(lambda publics: {"a": "1"}), "niet wat de drukker maakte"),
    "no JSON": (lambda files: files | {"codes": "["}, "niet wat de drukker maakte"),
    "spaces": (lambda files: files | {"codes": files["codes"].replace(",", ", ")}, "anders geschreven"),
    "the code 1": (both_to("1"), "geen geldige publieke code"),
    "outside the group": (both_to("2"), "geen geldige publieke code"),
    "zero in front": (both_to("012"), "geen geldige publieke code"),
    "a voter twice": (
        lambda files: (
            files | {"whose": "\n".join([*files["whose"].split("\r\n")[:2], files["whose"].split("\r\n")[1]])}
        ),
        "Regel 3",
    ),
    "a voter who is not on the roll": (
        lambda files: files | {"whose": files["whose"].replace(files["whose"].split("\r\n")[1][:64], "a" * 64)},
        "niet precies de kiezers",
    ),
    "a code of nobody": (
        lambda files: files | {"whose": "\r\n".join([*files["whose"].split("\r\n")[:2], ""])},
        "1 codes van de lijst zijn van niemand",
    ),
    "a code that is not on the list": (
        lambda files: files | {"whose": files["whose"].replace(json.loads(files["codes"])[0], "4")},
        "geen code van de lijst",
    ),
    "another header": (lambda files: files | {"whose": files["whose"].replace("kiezer", "naam")}, "eerste regel"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_V10_files_that_do_not_fit_are_refused_whole(db, vault, waiting, files, manager, what):
    spoil, said = SPOILT[what]

    with pytest.raises(CodesRefused, match=said):
        take_over(db, vault, waiting, spoil(files), manager)

    assert with_code(db, waiting) == []
    assert exhibits.CREDENTIALS not in exhibits.hashes(db, waiting.id)


@pytest.mark.parametrize("state", [state for state in State if state is not State.KEYS])
def test_codes_come_between_the_keys_and_the_opening_and_never_else(db, vault, waiting, files, manager, state):
    waiting.state = state

    with pytest.raises(codes.NotTheMoment):
        take_over(db, vault, waiting, files, manager)


def test_letters_do_not_go_out_while_a_voter_has_no_code(db, waiting, manager):
    with pytest.raises(gates.NotYet, match="publieke codes is er nog niet"):
        codes.issue(db, waiting, by=manager)


def test_the_roll_stands_still_once_codes_were_taken_over_for_it(db, vault, waiting, files, manager):
    key, person = key_of(vault, waiting), person_key(vault, NUMBER)
    change = movers.remove(db, key, waiting, person, reason="Verhuisd", by=manager, now=NOON)
    take_over(db, vault, waiting, files, manager)

    with pytest.raises(movers.CodesAreThere):
        movers.confirm(db, waiting, change.id, by=acting(staff(Role.REGISTER)), now=NOON)
    with pytest.raises(gates.NotYet, match="wacht op een tweede persoon"):
        codes.issue(db, waiting, by=manager)
    movers.withdraw(db, waiting, change.id, by=manager)
    with pytest.raises(movers.CodesAreThere):
        movers.remove(db, key, waiting, person, reason="Verhuisd", by=manager, now=NOON)
    codes.issue(db, waiting, by=manager)


def test_letters_do_not_go_out_while_an_objection_waits(db, vault, waiting, files, manager):
    who = objections.Who("Anna Demeester", "2000-01-01", "Heuleplaats 4", "anna@voorbeeld.example")
    objections.object_to_roll(db, vault, waiting, who, now=NOON)
    take_over(db, vault, waiting, files, manager)

    with pytest.raises(gates.NotYet, match="bezwaar"):
        codes.issue(db, waiting, by=manager)
    with pytest.raises(objections.NoObjectionsNow):
        objections.object_to_roll(db, vault, waiting, who, now=NOON)


def test_a_list_longer_than_the_roll_is_not_issued(db, vault, waiting, files, manager):
    take_over(db, vault, waiting, files, manager)
    db.delete(db.scalars(select(RollEntry).order_by(RollEntry.voter_key).limit(1)).one())
    db.flush()

    with pytest.raises(gates.NotYet, match="1 kiezers, 1 kiezers met een code en 2 gepubliceerde codes"):
        codes.issue(db, waiting, by=manager)


def test_codes_without_letters_are_thrown_away_so_that_others_come(pages, db, vault, waiting, files, manager):
    fingerprint = take_over(db, vault, waiting, files, manager)
    db.commit()
    browser, url = pages.as_(staff(Role.REFERENDUM)), f"/beheer/referendum/{waiting.slug}/codes"
    assert fingerprint in browser.get(url)

    assert "Schrijf waarom" in browser.send(url, reason=" ", status=422)
    browser.send(url, reason="De vingerafdruk klopt niet.")

    db.expire_all()
    assert with_code(db, waiting) == []
    assert fingerprint not in browser.get(url)
    logged = db.scalars(select(LogEntry).where(LogEntry.act == "referendum.codes-discarded")).one()
    assert "De vingerafdruk klopt niet." in logged.reason
    voters, publics = files["whose"].splitlines()[1:], [str(public_of(secret_of(make_credential(), waiting.uuid)))
                                                        for _ in range(2)]  # fmt: skip
    lines = (f"{line.partition(';')[0]};{public}\r\n" for line, public in zip(voters, publics, strict=True))
    other = {"codes": json.dumps(sorted(publics), separators=(",", ":")), "whose": "kiezer;public\r\n" + "".join(lines)}
    assert take_over(db, vault, waiting, other, manager) != fingerprint
    codes.issue(db, waiting, by=manager)
    with pytest.raises(codes.NothingToDiscard):
        codes.discard(db, waiting, reason="Te laat", by=manager)


def test_only_a_manager_throws_codes_away(db, vault, waiting, files, manager):
    take_over(db, vault, waiting, files, manager)

    with pytest.raises(Forbidden):
        codes.discard(db, waiting, reason="Fout", by=acting(staff(Role.REGISTER)))


def test_only_a_manager_says_that_letters_may_go_out(db, vault, waiting, files, manager):
    take_over(db, vault, waiting, files, manager)

    with pytest.raises(Forbidden):
        codes.issue(db, waiting, by=acting(staff(Role.REGISTER)))


def test_what_the_authority_makes_of_the_mailing_fits_the_roll(db, vault, waiting, manager, tmp_path):
    path = tmp_path / "mailing.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        stream = io.BytesIO(a_file(NOEMIE, LUKASZ))
        roll.write_mailing(vault, waiting, stream, out, areas=areas())
    result = made(path, tmp_path / "uit", waiting.uuid)

    with (
        (tmp_path / "uit" / credentials.CODES).open("rb") as listed,
        (tmp_path / "uit" / credentials.MAP).open("rb") as whose,
    ):
        fingerprint = codes.take_over(db, vault, waiting, listed, whose, by=manager)

    assert fingerprint == result.fingerprint
    assert len(with_code(db, waiting)) == 2
