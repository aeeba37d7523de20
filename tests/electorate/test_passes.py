"""Codes that open one ballot: who gets in, who does not and why, and what is kept of them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from spreekt.electorate import passes
from spreekt.electorate.domain import AlreadyVoted, NotEligible, as_voter, spend_right, turnout_by_door
from spreekt.electorate.models import Channel
from spreekt.electorate.pass_models import VotePass
from spreekt.identity import letter_codes
from spreekt.kernel.errors import TooMany
from spreekt.kernel.vault import Vault
from tests.builders import NOON, a_poll, a_register_entry, an_area, kept
from tests.words import says

BORN = date(1985, 7, 30)
HOME = "10.0.0.1/32"


@pytest.fixture
def poll(db):
    return a_poll()


def a_letter(db, vault, poll, *, occasion="een", **fields):
    """A register entry and the code of its letter."""
    entry = a_register_entry(**fields)
    return entry, passes.letter_pass(db, vault, poll, as_voter(vault, poll, entry).voter_key, occasion=occasion)


def come_in(db, vault, poll, code, *, born_on=BORN, network=HOME, now=NOON):
    return passes.redeem(db, vault, poll, code, born_on=born_on, network=network, now=now)


def test_a_code_with_the_birth_date_beside_it_lets_its_resident_in(db, vault, poll):
    entry, code = a_letter(db, vault, poll)
    a_letter(db, vault, poll)  # somebody else who was born on that day

    held = come_in(db, vault, poll, code)

    assert held.voter_key == as_voter(vault, poll, entry).voter_key
    assert held.channel is Channel.LETTER


@pytest.mark.parametrize(
    "spelling", [str.lower, letter_codes.in_groups, lambda code: " ".join(code), lambda code: code.replace("0", "o")]
)
def test_dashes_spaces_small_letters_and_look_alikes_do_not_matter(db, vault, poll, spelling):
    _entry, code = a_letter(db, vault, poll)

    assert come_in(db, vault, poll, spelling(code))


def test_codes_hold_no_letters_that_look_like_others(db, vault, poll):
    codes = "".join(a_letter(db, vault, poll, occasion=str(number))[1] for number in range(20))

    assert not set(codes) & set("ILOU")


def test_a_code_without_a_birth_date_or_with_another_is_refused(db, vault, poll):
    _entry, code = a_letter(db, vault, poll)

    with pytest.raises(passes.BirthDateNeeded):
        come_in(db, vault, poll, code, born_on=None)
    with pytest.raises(passes.WrongBirthDate):
        come_in(db, vault, poll, code, born_on=date(1985, 7, 31))


def test_the_birth_date_of_a_housemate_does_not_open_a_letter(db, vault, poll):
    _entry, code = a_letter(db, vault, poll)
    a_letter(db, vault, poll, born_on=date(1990, 1, 1))

    with pytest.raises(passes.WrongBirthDate):
        come_in(db, vault, poll, code, born_on=date(1990, 1, 1))


def test_who_left_the_city_after_the_letter_does_not_get_in(db, vault, poll):
    entry, code = a_letter(db, vault, poll)
    entry.gone_on = NOON.date()

    with pytest.raises(passes.WrongBirthDate):
        come_in(db, vault, poll, code)


def test_who_moved_to_another_area_hears_that_the_vote_is_not_theirs(db, vault):
    poll = a_poll(area_id=an_area("Heule").id)
    entry, code = a_letter(db, vault, poll, area=an_area("Heule"))
    entry.area_id = an_area("Bissegem").id

    with pytest.raises(NotEligible):
        come_in(db, vault, poll, code)


def test_a_code_of_another_poll_is_unknown_here(db, vault, poll):
    _entry, code = a_letter(db, vault, poll)

    with pytest.raises(passes.UnknownCode):
        come_in(db, vault, a_poll(), code)


def test_a_slip_of_the_pen_costs_no_try(db, vault, poll):
    for _turn in range(passes.NETWORK_TRIES.times + 5):
        with pytest.raises(passes.NotACode):
            come_in(db, vault, poll, "K7QF-2M9D-3XQT-9999")


def guesses(vault, number):
    """Codes that are well written and of nobody."""
    return [letter_codes.code_for(vault, f"guess {turn}") for turn in range(number)]


def test_a02_who_guesses_codes_from_one_network_is_stopped_and_others_are_not(db, vault, poll):
    _entry, code = a_letter(db, vault, poll)
    for guess in guesses(vault, passes.NETWORK_TRIES.times):
        with pytest.raises(passes.UnknownCode):
            come_in(db, vault, poll, guess)

    with pytest.raises(TooMany):
        come_in(db, vault, poll, code)

    assert come_in(db, vault, poll, code, network="10.0.0.2/32")
    assert come_in(db, vault, poll, code, now=NOON + passes.NETWORK_TRIES.window)


def test_birth_dates_cannot_be_tried_out_on_one_code_from_many_networks(db, vault, poll):
    _entry, code = a_letter(db, vault, poll)
    for turn in range(passes.PASS_TRIES.times):
        with pytest.raises(passes.WrongBirthDate):
            come_in(db, vault, poll, code, born_on=date(1970, 1, 1 + turn), network=f"10.0.1.{turn}/32")

    with pytest.raises(TooMany):
        come_in(db, vault, poll, code, network="10.0.2.1/32")

    assert come_in(db, vault, poll, code, now=NOON + timedelta(days=1))


def test_many_people_at_one_library_do_not_stop_each_other(db, vault, poll):
    for number in range(passes.NETWORK_TRIES.times + 5):
        _entry, code = a_letter(db, vault, poll, occasion=str(number))
        assert come_in(db, vault, poll, code)


def test_a_newer_letter_takes_the_place_of_the_older_one(db, vault, poll):
    entry, old = a_letter(db, vault, poll)
    new = passes.letter_pass(db, vault, poll, as_voter(vault, poll, entry).voter_key, occasion="twee")

    with pytest.raises(passes.UnknownCode):
        come_in(db, vault, poll, old)
    assert come_in(db, vault, poll, new)


def test_the_same_occasion_gives_the_same_code(db, vault, poll):
    entry, code = a_letter(db, vault, poll)

    assert passes.letter_pass(db, vault, poll, as_voter(vault, poll, entry).voter_key, occasion="een") == code
    assert letter_codes.code_for(Vault(b"other key" * 4), "x") != letter_codes.code_for(vault, "x")


def test_a_code_of_the_desk_is_short_asks_no_birth_date_and_lasts_a_quarter_of_an_hour(db, vault, poll):
    voter = as_voter(vault, poll, a_register_entry())
    code = passes.desk_pass(db, vault, poll, voter, now=NOON)

    assert len(code) == 12
    assert come_in(db, vault, poll, code, born_on=None).channel is Channel.DESK
    with pytest.raises(passes.CodeExpired):
        come_in(db, vault, poll, code, now=NOON + passes.DESK_LASTS)


def test_the_desk_gives_no_code_to_who_may_not_vote_or_did(db, vault, poll):
    child = as_voter(vault, poll, a_register_entry(born_on=date(2016, 1, 1)))
    voter = as_voter(vault, poll, a_register_entry())
    spend_right(db, poll, voter, channel=Channel.WEB, now=NOON)

    with pytest.raises(NotEligible):
        passes.desk_pass(db, vault, poll, child, now=NOON)
    with pytest.raises(AlreadyVoted):
        passes.desk_pass(db, vault, poll, voter, now=NOON)


def test_a_code_whose_right_was_used_through_another_door_says_so(db, vault, poll):
    entry, code = a_letter(db, vault, poll)
    spend_right(db, poll, as_voter(vault, poll, entry), channel=Channel.PAPER, now=NOON)

    with pytest.raises(AlreadyVoted):
        come_in(db, vault, poll, code)


def test_only_who_knows_the_birth_date_hears_whether_a_right_was_used(db, vault, poll):
    entry, code = a_letter(db, vault, poll)
    spend_right(db, poll, as_voter(vault, poll, entry), channel=Channel.PAPER, now=NOON)

    with pytest.raises(passes.WrongBirthDate):
        come_in(db, vault, poll, code, born_on=date(1970, 1, 1))


def test_the_bearer_of_a_pass_uses_the_right_of_its_resident(db, vault):
    poll = a_poll(area_id=an_area("Heule").id)
    _entry, code = a_letter(db, vault, poll, area=an_area("Heule"))
    held = come_in(db, vault, poll, code)

    spend_right(db, poll, passes.bearer(poll, held), channel=held.channel, now=NOON)

    assert turnout_by_door(db, poll) == {Channel.WEB: 0, Channel.LETTER: 1, Channel.DESK: 0, Channel.PAPER: 0}
    with pytest.raises(AlreadyVoted):
        come_in(db, vault, poll, code)


def test_the_database_keeps_one_pass_a_resident_and_door_and_none_for_other_doors(db, vault, poll):
    fields = {"poll_id": poll.id, "voter_key": "v" * 64, "expires_at": NOON}
    kept(VotePass(code_hash="a" * 64, channel=Channel.LETTER, **fields))
    kept(VotePass(code_hash="b" * 64, channel=Channel.DESK, **fields))

    for row in (
        VotePass(code_hash="c" * 64, channel=Channel.LETTER, **fields),
        VotePass(code_hash="d" * 64, channel=Channel.WEB, **fields | {"voter_key": "w" * 64}),
    ):
        with pytest.raises(IntegrityError), db.begin_nested():
            db.add(row)


def test_a_pass_knows_no_account_no_name_no_birth_date_and_no_code(db, vault, poll):
    _entry, code = a_letter(db, vault, poll)
    columns = {column["name"] for column in inspect(db.connection()).get_columns("vote_passes")}

    assert columns == {"poll_id", "code_hash", "voter_key", "channel", "expires_at"}
    [row] = db.execute(select(VotePass.__table__)).all()
    assert code not in str(row)
    assert not says(str(row), "1985")


def test_passes_of_a_vote_that_is_over_are_forgotten(db, vault, poll):
    a_letter(db, vault, poll)
    passes.desk_pass(db, vault, poll, as_voter(vault, poll, a_register_entry()), now=NOON)

    passes.forget_expired(db, now=NOON + timedelta(hours=3))
    assert [held.channel for held in db.scalars(select(VotePass))] == [Channel.LETTER]

    passes.forget_expired(db, now=poll.closes_at + timedelta(hours=3))
    assert db.scalars(select(VotePass)).all() == []
