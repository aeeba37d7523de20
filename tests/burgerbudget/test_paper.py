"""Paper ballots: after the close, by two people apart, compared, accepted once, explained to the last sheet."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from spreekt.electorate.domain import spend_right
from spreekt.electorate.models import Channel
from spreekt.kernel.actor import Role
from spreekt.kernel.clock import Clock
from spreekt.kernel.errors import Forbidden, NotThere
from spreekt.modules.burgerbudget.models import BudgetBallot
from spreekt.modules.burgerbudget.officers import counting
from spreekt.modules.burgerbudget.officers.counting import StillSecret
from spreekt.modules.burgerbudget.outcomes import publication
from spreekt.modules.burgerbudget.paper import domain as paper
from spreekt.modules.burgerbudget.paper import minutes as paper_minutes
from spreekt.modules.burgerbudget.paper.models import PaperBatch, PaperEntry
from spreekt.modules.burgerbudget.paper.sheets import Kind, Sheet
from tests.builders import NOON, a_register_entry, acting, officers_give_keys, staff
from tests.burgerbudget.door_builders import a_ballot_paper, voter_of_entry

P1 = Sheet(Kind.VALID, {"p1": 1})


@pytest.fixture
def one(db):
    return acting(staff(Role.PUBLISHER))


@pytest.fixture
def two(db):
    return acting(staff(Role.DESK))


def a_round_with_paper(db, handed_out=3, **fields):
    """A round in which so many rights were used on paper."""
    round = a_ballot_paper(**fields)
    for _each in range(handed_out):
        spend_right(db, round.poll, voter_of_entry(round, a_register_entry()), channel=Channel.PAPER, now=NOON)
    db.commit()
    return round


class Table:
    """Two people at one table, after the close."""

    def __init__(self, db, vault, clock, round):
        self.db, self.vault, self.clock, self.round = db, vault, clock, round

    def types(self, who, *sheets, number=1, done=True):
        for place, typed in enumerate(sheets, start=1):
            paper.put(self.db, self.vault, self.clock, self.round, number, place, typed, by=who)
        if done:
            paper.finish(self.db, self.vault, self.clock, self.round, number, by=who)

    def accept(self, who, number=1):
        return paper.accept(self.db, self.vault, self.clock, self.round, number, by=who)

    def differences(self, number=1):
        batch = paper.batch_of(self.db, self.round, number)
        return paper.differences(self.vault, batch, paper.rules_of(self.db, self.round)[0])


@pytest.fixture
def table(db, vault, closed, one):
    round = a_round_with_paper(db)
    paper.begin(db, closed, round, by=one)
    return Table(db, vault, closed, round)


def test_v14_nothing_is_typed_before_the_close(db, vault, one):
    round = a_round_with_paper(db)
    early = Clock(fixed=round.poll.closes_at - timedelta(seconds=1))

    with pytest.raises(StillSecret):
        paper.begin(db, early, round, by=one)
    paper.begin(db, Clock(fixed=round.poll.closes_at), round, by=one)
    with pytest.raises(StillSecret):
        paper.put(db, vault, early, round, 1, 1, "p1", by=one)


def test_what_two_people_typed_alike_goes_in_the_box_and_the_entries_are_gone(db, vault, closed, table, one, two):
    table.types(one, "p1 p3", "blanco", "ongeldig")
    table.types(two, "P3,p1", "", "ongeldig")

    batch = table.accept(two)

    assert (batch.ballots, batch.blank, batch.invalid) == (1, 1, 1)
    assert db.scalars(select(PaperEntry)).all() == []
    officers_give_keys(table.round)
    assert counting.tally(db, vault, closed, table.round) == [{"p1": 1, "p3": 1}]


def test_nobody_learns_of_the_other_entry_before_both_are_done(table, one, two):
    table.types(one, "p1", "p2")
    assert table.differences() is None
    table.types(two, "p1", "p3", done=False)

    assert table.differences() is None

    table.types(two)
    [difference] = table.differences()
    assert (difference.number, difference.one, difference.other) == (2, "p2", "p3")


def test_a_difference_is_corrected_and_only_then_accepted(table, one, two):
    table.types(one, "p1", "p2")
    table.types(two, "p1", "p3")
    with pytest.raises(paper.NotEqual):
        table.accept(one)

    paper.put(table.db, table.vault, table.clock, table.round, 1, 2, "p2", by=two)

    assert table.differences() == []
    assert table.accept(one).ballots == 2


def test_a_sheet_too_many_is_taken_back(table, one, two):
    table.types(one, "p1")
    table.types(two, "p1", "p1")
    assert [difference.number for difference in table.differences()] == [2]

    paper.take_back_last(table.db, table.vault, table.clock, table.round, 1, by=two)

    assert table.accept(two).sheets == 1


def test_one_person_cannot_be_both(table, one):
    table.types(one, "p1")
    table.types(one, "p1")

    assert table.differences() is None
    with pytest.raises(paper.NotEqual):
        table.accept(one)


def test_a_third_person_neither_types_nor_accepts(db, table, one, two):
    third = acting(staff(Role.DESK))
    table.types(one, "p1")
    table.types(two, "p1")

    with pytest.raises(paper.TwoAreTyping):
        table.types(third, "p1")
    with pytest.raises(NotThere):
        table.accept(third)


def test_a_batch_is_accepted_once(db, table, one, two):
    table.types(one, "p1")
    table.types(two, "p1")
    table.accept(one)

    with pytest.raises(paper.BatchAccepted):
        table.accept(two)
    with pytest.raises(paper.BatchAccepted):
        table.types(two, "p2")
    assert len(db.scalars(select(BudgetBallot)).all()) == 1


def test_there_is_never_more_paper_than_was_handed_out(table, one, two):
    sheets = ["p1"] * 4
    table.types(one, *sheets)
    table.types(two, *sheets)

    with pytest.raises(paper.MoreThanHandedOut):
        table.accept(one)


def test_sheets_are_typed_in_their_order(table, one):
    with pytest.raises(paper.NoSuchSheet):
        paper.put(table.db, table.vault, table.clock, table.round, 1, 2, "p1", by=one)
    with pytest.raises(paper.NoSuchSheet):
        paper.put(table.db, table.vault, table.clock, table.round, 1, 0, "p1", by=one)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR, Role.REFERENDUM, Role.MODERATOR, Role.REGISTER])
def test_only_publishers_and_desk_officers_type_paper(db, closed, table, role):
    with pytest.raises(Forbidden):
        paper.begin(db, closed, table.round, by=acting(staff(role)))


def test_what_is_typed_lies_sealed_and_says_nothing_by_its_length(db, table, one, two):
    table.types(one, "p1", "p1 p2 p3")
    table.types(two, "blanco", "p2")

    sealed = db.execute(text("SELECT sealed_sheets FROM paper_entries")).scalars().all()
    assert len({len(each) for each in sealed}) == 1
    assert not any("p1" in each and "{" in each for each in sealed)


def test_a_pile_of_a_scanner_takes_the_place_of_what_was_typed(db, vault, closed, table, one, two):
    table.types(one, "p2", done=False)
    paper.put_all(db, vault, closed, table.round, 1, [P1, P1], by=one)
    paper.finish(db, vault, closed, table.round, 1, by=one)
    table.types(two, "p1", "p1")

    assert table.accept(one).ballots == 2


def test_a_pile_begun_by_mistake_is_taken_back(db, closed, table, one, two):
    table.types(two, "p1")
    paper.drop(db, closed, table.round, 1, by=one)

    assert db.scalars(select(PaperBatch)).all() == []
    assert db.scalars(select(PaperEntry)).all() == []


def counted(db, vault, closed, round):
    """The result is prepared."""
    officers_give_keys(round)
    return publication.prepare(db, vault, closed, round, city="Kortrijk", by=acting(staff(Role.PUBLISHER)))


def test_the_count_waits_for_every_pile_and_for_the_minutes(db, vault, closed, table, one, two):
    table.types(one, "p1", "p2", "blanco")
    table.types(two, "p1", "p2", "blanco")
    publisher = acting(staff(Role.PUBLISHER))
    officers_give_keys(table.round)

    with pytest.raises(paper_minutes.PileUnfinished):
        publication.prepare(db, vault, closed, table.round, city="Kortrijk", by=publisher)
    table.accept(one)
    with pytest.raises(paper_minutes.PaperUnexplained):
        publication.prepare(db, vault, closed, table.round, city="Kortrijk", by=publisher)
    paper_minutes.conclude(db, closed, table.round, reason="", by=two)

    [outcome] = publication.prepare(db, vault, closed, table.round, city="Kortrijk", by=publisher)
    assert outcome.summary["voters"] == 2
    with pytest.raises(paper.AlreadyCounted):
        paper.begin(db, closed, table.round, by=one)


def test_paper_that_did_not_come_back_is_explained_or_nothing_is_counted(db, vault, closed, one, two):
    round = a_round_with_paper(db, 3)
    paper.begin(db, closed, round, by=one)
    table = Table(db, vault, closed, round)
    table.types(one, "p1", "ongeldig")
    table.types(two, "p1", "ongeldig")
    table.accept(one)

    with pytest.raises(paper_minutes.ReasonNeeded):
        paper_minutes.conclude(db, closed, round, reason="  ", by=one)
    minutes = paper_minutes.conclude(db, closed, round, reason="Eén inwoner nam het blad mee naar huis.", by=one)

    assert (minutes.handed_out, minutes.returned, minutes.not_returned) == (3, 2, 1)
    assert paper_minutes.explained(db, round) == 2
    assert counted(db, vault, closed, round)


def test_v12_a_ballot_that_vanished_from_the_box_stops_the_count(db, vault, closed, table, one, two):
    table.types(one, "p1", "p1", "p1")
    table.types(two, "p1", "p1", "p1")
    table.accept(one)
    paper_minutes.conclude(db, closed, table.round, reason="", by=one)
    db.delete(db.scalars(select(BudgetBallot)).first())
    db.flush()

    with pytest.raises(publication.DoesNotAddUp):
        counted(db, vault, closed, table.round)


def test_minutes_go_when_another_pile_turns_up(db, vault, closed, one):
    round = a_round_with_paper(db, 1)
    paper_minutes.conclude(db, closed, round, reason="Niet teruggekomen.", by=one)

    paper.begin(db, closed, round, by=one)

    assert paper_minutes.minutes_of(db, round) is None


def test_without_any_paper_nothing_is_asked(db, vault, closed):
    round = a_ballot_paper()

    paper_minutes.must_be_settled(db, closed, round)
    assert paper_minutes.explained(db, round) == 0


def test_nobody_settles_paper_before_the_close(db, clock, one):
    round = a_round_with_paper(db)

    with pytest.raises(StillSecret):
        paper_minutes.must_be_settled(db, clock, round)
    with pytest.raises(StillSecret):
        paper_minutes.conclude(db, clock, round, reason="x", by=one)
