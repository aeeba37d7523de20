"""F20: ballots that were on the public board are taken back from its archive, in the places they had."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from spreekt.electorate.models import Channel, UsedRight
from spreekt.kernel import audit
from spreekt.kernel.actor import Role
from spreekt.modules.referendum import board, steps
from spreekt.modules.referendum.audit_pack import archive_of
from spreekt.modules.referendum.ballot.archive import Archive
from spreekt.modules.referendum.ballot.archive_reader import ArchiveReader
from spreekt.modules.referendum.ballot.canonical import compact, hex_of
from spreekt.modules.referendum.ballot.credential import make_credential, secret_of
from spreekt.modules.referendum.ballot.encryption import encrypt
from spreekt.modules.referendum.ballot.randomness import drawing_from, new_seed
from spreekt.modules.referendum.models import Act, Ballot, BallotKind, Referendum, State
from spreekt.modules.referendum.recovery import NotRecovered, Recovered, recover
from tests.builders import DAY, NOON, acting, staff
from tests.keeping.conftest import City, Run
from tests.referendum.builders import NO, YES, Held, a_referendum, send_ballot

KEY = {"SPREEKT_IDENTITY_KEY": "i" * 40}
REASON = "We zetten een kopie van deze nacht terug."


def the_referendum(db: Any) -> Referendum:
    return db.scalars(select(Referendum)).one()


def on_the_board(city: City, moment: Any) -> Path:
    """Let the batches of this moment appear, and bring the archive up."""
    city.at(moment)
    with city.app.test_request_context("/"), city.db() as db:
        referendum = the_referendum(db)
        board.put_up(db, referendum, moment)
        archive = archive_of(referendum)
        archive.bring_up(db, referendum, moment)
    return archive.path


def votes(city: City, held: Held, *ballots: tuple[int, Any]) -> list[str]:
    """These voters vote; their ballots."""
    sealed = [held.ballot(voter, [choice]) for voter, choice in ballots]
    for ballot in sealed:
        assert send_ballot(city.app, held, ballot).status_code == 200
    return sealed


@pytest.fixture
def lost(new_city: Callable[..., City], file: Path) -> Callable[..., tuple[City, Held, Path, bytes]]:
    """A city whose backup was put back, with the archive from before it and the bytes that were public.

    On the board in the backup: 0 and 1. Waiting in it: 2. Since: 0 and 2 changed their vote and 3 to 8 came, in two
    batches; 9 voted last and was on no board.
    """

    def make(kind: str) -> tuple[City, Held, Path, bytes]:
        city = new_city(kind)
        with city.db() as db:
            held = a_referendum(db, city.vault, voters=10, rules={"may_revote": True})
        votes(city, held, (0, YES), (1, NO))
        on_the_board(city, NOON + DAY)
        votes(city, held, (2, YES))
        city.back_up(file)
        votes(city, held, (0, NO), (3, YES), (4, NO), (5, YES))
        on_the_board(city, NOON + 2 * DAY)
        votes(city, held, (2, NO), (6, YES), (7, NO), (8, YES))
        public = on_the_board(city, NOON + 3 * DAY).read_bytes()
        votes(city, held, (9, YES))
        city.restore(file, replace=True, hold_votes=REASON)
        (kept,) = (city.instance / "referenda").glob("*.before-restore-1.bel")
        assert kept.read_bytes() == public
        return city, held, kept, public

    return make


def take_back(city: City, path: Path) -> Recovered:
    with city.db() as db:
        return recover(db, city.vault, the_referendum(db), path, told=lambda count: None)


def test_F20_the_archive_goes_on_byte_for_byte_where_the_public_one_was(lost, kind):
    city, _held, kept, public = lost(kind)

    assert take_back(city, kept) == Recovered(there=2, on_board=9, lacking=8)

    assert on_the_board(city, NOON + 4 * DAY).read_bytes() == public
    with city.db() as db:
        referendum = the_referendum(db)
        assert db.scalar(select(func.count()).select_from(UsedRight)) == 9
        entry = db.scalars(select(audit.LogEntry).where(audit.LogEntry.act == "referendum.recovered")).one()
        assert entry.reason == "8 stembiljetten uit het openbare archief"
        assert referendum.state is State.SUSPENDED, "letting it go on is for two people"


def test_F20_the_vote_goes_on_with_them_and_the_count_has_each_voter_once(lost, kind):
    city, held, kept, _public = lost(kind)
    take_back(city, kept)
    with city.db() as db:
        referendum, clock, about = the_referendum(db), city.services.clock, "Alle openbare stemmen zijn terug."
        for press, role in ((steps.propose, Role.PUBLISHER), (steps.confirm, Role.REFERENDUM)):
            press(db, clock, referendum, Act.RESUME, by=acting(staff(role)), about=about, now=clock.now())

    votes(city, held, (9, YES), (3, NO))

    on_the_board(city, NOON + 5 * DAY)
    with city.db() as db:
        last = select(Ballot.credential_hash, func.max(Ballot.nth)).group_by(Ballot.credential_hash)
        assert sorted(nth for _, nth in db.execute(last)) == [1] * 7 + [2] * 3


def test_F20_taking_back_twice_takes_nothing_the_second_time(lost):
    city, _held, kept, _public = lost("sqlite")
    take_back(city, kept)

    assert take_back(city, kept) == Recovered(there=11, on_board=0, lacking=0)


def test_F20_no_ballot_appears_while_the_vote_stands_still(lost):
    """Or the waiting one of the backup would come in another place than it had."""
    city, _held, kept, public = lost("sqlite")
    city.at(NOON + 6 * DAY)
    with city.app.test_request_context("/"), city.db() as db:
        for module in city.services.modules:
            if module.sweep is not None:
                module.sweep(db, NOON + 6 * DAY)

    take_back(city, kept)

    assert on_the_board(city, NOON + 6 * DAY).read_bytes() == public


def test_V18_what_was_taken_back_tells_no_order(lost):
    """On PostgreSQL rights lie by their own keys and not as the ballots came."""
    city, _held, kept, _public = lost("postgres")
    take_back(city, kept)

    with city.db() as db:
        lie = list(db.scalars(select(UsedRight.voter_key)))
        assert lie == sorted(lie)


def test_an_archive_that_was_cut_off_gives_what_is_whole(lost):
    city, _held, kept, public = lost("sqlite")
    kept.write_bytes(public[:-700])

    assert take_back(city, kept) == Recovered(there=2, on_board=8, lacking=7)


def refuses(city: City, path: Path, reason: str) -> None:
    """Nothing is taken back, with this reason, and the box is as it was."""
    before = in_the_box(city)
    with pytest.raises(NotRecovered, match=reason):
        take_back(city, path)
    assert in_the_box(city) == before


def in_the_box(city: City) -> tuple[list[Any], int]:
    with city.db() as db:
        rows = db.execute(select(Ballot.sha256, Ballot.nth, Ballot.batch).order_by(Ballot.sha256)).all()
        return [tuple(row) for row in rows], db.scalar(select(func.count()).select_from(UsedRight)) or 0


def rewritten(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Another archive of the same referendum: its ballots as `change` leaves them, everything else sound."""
    with ArchiveReader(path) as archive:
        election, trustees, ballots = archive.election(), archive.trustees(), list(archive.ballots())
    path.unlink()
    with Archive.create(path, timestamp=1_700_000_000) as archive:
        archive.setup(election=election, trustees=trustees, credentials=[])
        for ballot in change(ballots):
            archive.ballot(ballot)


def set_state(city: City, state: State) -> None:
    with city.db() as db:
        the_referendum(db).state = state


def test_F20_nothing_is_taken_back_while_people_vote(lost):
    city, _held, kept, _public = lost("sqlite")
    set_state(city, State.OPEN)

    refuses(city, kept, "must stand still")


def test_the_archive_of_another_referendum_is_refused(lost):
    city, held, kept, _public = lost("sqlite")
    kept.unlink()
    with Archive.create(kept, timestamp=1) as archive:
        archive.setup(election=held.election.text.replace("Markt", "Plein"), trustees="[]", credentials=[])

    refuses(city, kept, f"not an archive of {held.slug}")


def test_a_file_that_is_no_archive_or_was_changed_is_refused(lost):
    city, _held, kept, public = lost("sqlite")
    place = public.rindex(b'"hash"')
    kept.write_bytes(public[:place] + b'"hush"' + public[place + 6 :])
    refuses(city, kept, "cannot be read")

    kept.write_bytes(b"Beste kiezer, " * 100)
    refuses(city, kept, "cannot be read: there is no record at byte 0")


def test_F20_a_ballot_that_nobody_signed_is_not_taken_back(lost):
    """Who holds the disk with the archives makes no votes."""
    city, held, kept, _public = lost("sqlite")
    forged = json.loads(held.ballot(9))
    forged["signature"]["proof"]["response"] = "1"
    rewritten(kept, lambda ballots: [*ballots[:2], compact(forged), *ballots[2:]])

    refuses(city, kept, "Ballot 3 does not hold: bad-signature")


def test_F20_a_code_that_is_not_on_the_roll_has_no_vote_here_either(lost):
    city, held, kept, _public = lost("sqlite")
    stranger = encrypt(held.election, secret_of(make_credential(), held.election.uuid), [YES], drawing_from(new_seed()))
    rewritten(kept, lambda ballots: [*ballots, stranger])

    refuses(city, kept, "Ballot 12 is of a code that is not on the roll")


def test_F20_who_voted_on_paper_meanwhile_does_not_get_a_second_vote(lost):
    city, held, kept, _public = lost("sqlite")
    with city.db() as db:
        poll_id = the_referendum(db).poll_id
        db.add(UsedRight(poll_id=poll_id, voter_key=held.voters[6].voter_key, channel=Channel.PAPER))

    refuses(city, kept, "cannot count: used-on-paper")


def test_a_ballot_that_its_maker_opened_as_a_test_does_not_come_back_as_a_vote(lost):
    city, held, kept, _public = lost("sqlite")
    ballot = held.ballot(9)
    rewritten(kept, lambda ballots: [*ballots, ballot])
    with city.db() as db:
        db.add(Ballot(sha256=hex_of(ballot), referendum_id=the_referendum(db).id, kind=BallotKind.TESTED))

    refuses(city, kept, "Ballot 12 cannot count: tested")


def test_F20_a_later_vote_is_never_overtaken_by_one_that_is_taken_back(lost):
    """The last one counts: whoever voted again after the restore meant that one."""
    city, held, kept, _public = lost("sqlite")
    set_state(city, State.OPEN)
    votes(city, held, (5, NO))
    set_state(city, State.SUSPENDED)
    refuses(city, kept, "has voted again since")

    on_the_board(city, NOON + 5 * DAY)
    refuses(city, kept, r"From ballot \d on the board is another")


def test_the_command_takes_back_and_says_what(lost, run: Run):
    city, held, kept, _public = lost("sqlite")
    arguments = ("ballots", "recover", "--referendum", held.slug, "--archive", kept)

    done = run(city.instance, *arguments)
    assert (done.code, done.err) == (
        1,
        "What is sealed in this database was sealed under another SPREEKT_IDENTITY_KEY.\n",
    )

    done = run(city.instance, *arguments, "--json", **KEY)
    assert (done.code, json.loads(done.out)) == (0, {"ok": True, "there": 2, "on_board": 9, "lacking": 8})

    done = run(city.instance, *arguments, **KEY)
    assert (done.code, done.out) == (0, "The archive has no ballot that the board lacks; 11 are there.\n")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"--referendum": "markten"}, "There is no referendum called markten."),
        ({"--archive": "nergens.bel"}, "There is no file nergens.bel."),
        ({"--archive": __file__}, "cannot be read: there is no record at byte 0."),
    ],
)
def test_the_command_says_no_with_exit_1_and_a_reason(lost, run: Run, change, reason):
    city, held, kept, _public = lost("sqlite")
    options = {"--referendum": held.slug, "--archive": kept, **change}

    done = run(city.instance, "ballots", "recover", *(word for pair in options.items() for word in pair), "--json")

    assert done.code == 1
    assert reason in done.err
    assert json.loads(done.out)["faults"] == [done.err.strip()]
