"""The draw of a jury: its size, how well it mirrors the city, and that nothing but list and seed decides."""

import json
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spreekt.modules.burgerbudget.rules.jury_draw import Drawn, JuryList, draw, lot_order, pick, replacement
from spreekt.modules.burgerbudget.rules.jury_file import (
    NotADraw,
    draw_file,
    list_file,
    read_draw,
    read_list,
    sha256,
)
from spreekt.modules.burgerbudget.rules.jury_fit import Candidate, Mirror, apportion, half, targets
from spreekt.modules.burgerbudget.rules.least_cost import CannotFlow, Network

AGES, AREAS, GENDERS = ("16-24", "25-44", "45-64", "65"), ("heule", "kortrijk", "marke"), ("", "man", "vrouw", "x")
cells = st.tuples(st.sampled_from(AGES), st.sampled_from(AREAS), st.sampled_from(GENDERS))
people = st.lists(cells, max_size=40).map(
    lambda found: tuple(Candidate(10_000 + place, *cell) for place, cell in enumerate(found))
)
counts = st.integers(0, 9_000)


@st.composite
def lists(draw_one, most=12):
    size = draw_one(st.integers(0, most))
    return JuryList(
        round="ronde", size=size, reserves=draw_one(st.integers(0, 6)), seed_source="de Lotto van zaterdag",
        ages=targets(size, {name: draw_one(counts) for name in AGES}),
        areas=targets(size, {name: draw_one(counts) for name in AREAS}), candidates=draw_one(people),
    )  # fmt: skip


def chosen(listed, numbers):
    return [each for number in numbers for each in listed.candidates if each.number == number]


@given(lists(), st.text(min_size=1, max_size=12))
def test_the_jury_has_its_size_and_nobody_sits_twice(listed, seed):
    drawn = draw(listed, seed)

    assert len(drawn.jury) == min(listed.size, len(listed.candidates))
    assert len(drawn.reserves) == min(listed.reserves, len(listed.candidates) - len(drawn.jury))
    seated = [*drawn.jury, *drawn.reserves]
    assert len(set(seated)) == len(seated)
    assert set(seated) <= {each.number for each in listed.candidates}


@given(lists(), st.text(min_size=1, max_size=12), st.randoms())
def test_only_list_and_seed_decide_not_the_order_of_the_list(listed, seed, random):
    shuffled = list(listed.candidates)
    random.shuffle(shuffled)
    other = JuryList(**{**{name: getattr(listed, name) for name in listed.__dataclass_fields__},
                        "candidates": tuple(shuffled)})  # fmt: skip

    assert draw(other, seed) == draw(listed, seed)
    assert list_file(other) == list_file(listed)


@settings(max_examples=60)
@given(lists(most=4), st.text(min_size=1, max_size=4))
def test_no_jury_mirrors_better_than_the_one_that_is_drawn(listed, seed):
    """Against every jury there could be."""
    few = listed.candidates[:11]
    listed = JuryList(**{**{name: getattr(listed, name) for name in listed.__dataclass_fields__}, "candidates": few})
    mirror = Mirror.of(min(listed.size, len(few)), listed.ages, listed.areas)

    drawn = chosen(listed, draw(listed, seed).jury)

    assert mirror.misfit(drawn) == min(mirror.misfit(group) for group in combinations(few, mirror.size))


@settings(max_examples=60)
@given(lists(most=4), st.text(min_size=1, max_size=4))
def test_the_jury_is_the_first_in_the_order_of_the_lot_among_the_best(listed, seed):
    order = lot_order(listed.candidates[:10], seed)
    mirror = Mirror.of(min(listed.size, len(order)), listed.ages, listed.areas)

    picked = pick(order, mirror)

    best = min(mirror.misfit(group) for group in combinations(order, mirror.size))
    assert picked == list(next(group for group in combinations(order, mirror.size) if mirror.misfit(group) == best))


@given(st.lists(counts, min_size=1, max_size=8), st.integers(0, 40))
def test_seats_follow_the_people_within_one(numbers, seats):
    by_name = {f"s{place}": number for place, number in enumerate(numbers)}
    found = apportion(seats, by_name)

    if not sum(numbers):
        assert set(found.values()) <= {0}
        return
    assert sum(found.values()) == seats
    assert all(abs(found[name] * sum(numbers) - seats * number) < sum(numbers) for name, number in by_name.items())


def a_city(*, per_cell=3):
    """As many of everybody: targets can be met."""
    kinds = [(age, area, gender) for age in AGES for area in AREAS for gender in ("man", "vrouw")] * per_cell
    candidates = tuple(Candidate(20_000 + place, *kind) for place, kind in enumerate(kinds))
    return JuryList(
        round="ronde", size=16, reserves=8, seed_source="de Lotto",
        ages=targets(16, {"16-24": 10, "25-44": 30, "45-64": 30, "65": 30}),
        areas=targets(16, {"heule": 20, "kortrijk": 60, "marke": 20}), candidates=candidates,
    )  # fmt: skip


def test_targets_are_met_to_the_seat_when_there_is_somebody_for_each():
    listed = a_city()

    for seed in ("3 14 15 92 65 35", "zes bollen", "0"):
        jury = chosen(listed, draw(listed, seed).jury)
        assert {each.stratum: each.seats for each in listed.ages} == {
            age: sum(one.age == age for one in jury) for age in AGES
        }
        assert {each.stratum: each.seats for each in listed.areas} == {
            area: sum(one.area == area for one in jury) for area in AREAS
        }
        for each in listed.ages:
            for gender in ("man", "vrouw"):
                sits = sum(one.age == each.stratum and one.gender == gender for one in jury)
                assert sits <= half(each.seats)


def test_another_seed_gives_another_jury_and_everybody_a_chance():
    listed = a_city()
    juries = [set(draw(listed, f"zaad {number}").jury) for number in range(80)]

    assert len({frozenset(jury) for jury in juries}) == 80
    assert set().union(*juries) == {each.number for each in listed.candidates}


def test_who_does_not_say_their_gender_is_never_put_back_for_it():
    silent = tuple(Candidate(30_000 + place, "25-44", "heule") for place in range(6))
    listed = JuryList(round="r", size=6, reserves=0, seed_source="s", ages=targets(6, {"25-44": 1}),
                      areas=targets(6, {"heule": 1}), candidates=silent)  # fmt: skip

    assert Mirror.of(6, listed.ages, listed.areas).misfit(silent) == (0, 0)


def test_a_reserve_replaces_who_they_are_most_alike():
    leaves = Candidate(1, "65", "heule", "man")
    other, same_age, same_area, twin = (
        Candidate(2, "16-24", "marke", "man"),
        Candidate(3, "65", "marke", "man"),
        Candidate(4, "25-44", "heule", "man"),
        Candidate(5, "65", "heule", "vrouw"),
    )

    assert replacement(leaves, [other, same_area, same_age, twin]) == twin
    assert replacement(leaves, [other, same_area, same_age]) == same_age
    assert replacement(leaves, [other, same_area]) == same_area
    assert replacement(leaves, [other]) == other
    assert replacement(leaves, []) is None


def test_a_thousand_candidates_are_drawn_in_no_time():
    kinds = [(age, f"area{area}", gender) for age in AGES for area in range(8) for gender in GENDERS]
    candidates = tuple(Candidate(10_000 + place, *kinds[place * 7 % len(kinds)]) for place in range(1_000))
    listed = JuryList(round="r", size=16, reserves=16, seed_source="s", candidates=candidates,
                      ages=targets(16, dict.fromkeys(AGES, 5)),
                      areas=targets(16, {f"area{area}": area + 1 for area in range(8)}))  # fmt: skip

    drawn = draw(listed, "snel")

    assert Mirror.of(16, listed.ages, listed.areas).misfit(chosen(listed, drawn.jury))[0] == 0


def test_a_network_says_when_it_is_too_small():
    net = Network()
    net.arc("a", "b", room=2)

    with pytest.raises(CannotFlow):
        net.least_cost("a", "b", 3)


@given(lists(), st.text(min_size=1, max_size=12).filter(str.strip))
def test_a_file_tells_the_whole_draw_and_its_list_has_one_hash(listed, seed):
    written = draw_file(listed, seed, draw(listed, seed))
    read = read_draw(written)

    assert (read.seed, read.drawn) == (seed, draw(listed, seed))
    assert read.list_sha256 == sha256(list_file(read.listed)) == sha256(list_file(listed))
    assert draw_file(read.listed, read.seed, read.drawn) == written
    assert list_file(read_list(list_file(listed))) == list_file(listed)


def spoilt(**changes):
    found = json.loads(draw_file(a_city(), "zaad", Drawn((1,), ())))
    for path, value in changes.items():
        where = found["list"] if path in found["list"] and path not in found else found
        where[path] = value
    return json.dumps(found)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "not JSON"),
        ("[1]", "one JSON object"),
        ("[" * 100_000, "not JSON"),
        ('{"candidates":[]}', "list alone"),
        ("{}", "no list of candidates"),
        ('{"seed":"a","seed":"b"}', "seed: stands there twice"),
        (spoilt(seed=" "), "seed: must be words"),
        (spoilt(jury="nee"), "jury: must be a list"),
        (spoilt(jury=[True]), "jury: must be a list"),
        (spoilt(version=2), "only spreekt-jury-draw version 1"),
        (spoilt(size=-1), "size: must be a whole number"),
        (spoilt(size=15), "do not add up"),
        (spoilt(ages=[{"stratum": "65", "people": 1, "seats": 16}] * 2), "'65' stands there twice"),
        (spoilt(candidates=[3]), "candidates: must be a list of objects"),
        (spoilt(candidates=[{"number": 1, "age": "9", "area": "heule"}]), "'9' is none of the age bands"),
        (spoilt(candidates=[{"number": 1, "age": "65", "area": "gent"}]), "'gent' is none of the areas"),
        (spoilt(candidates=[{"number": 1, "age": "65", "area": "heule", "gender": 1}]), "gender: must be words"),
        (spoilt(candidates=[{"number": 1, "age": "65", "area": "heule"}] * 2), "number: 1 stands there twice"),
        (spoilt(extra=1), "extra: unknown key"),
    ],
)
def test_a_bad_file_is_refused_with_what_is_wrong(text, fault):
    with pytest.raises(NotADraw) as refusal:
        read_draw(text)

    assert any(fault in each for each in refusal.value.faults), refusal.value.faults


def test_a_bad_file_is_told_every_fault_at_once():
    with pytest.raises(NotADraw) as refusal:
        read_draw(spoilt(seed="", size=True, candidates=[{"number": "x", "age": "65", "area": "gent"}], jury=None))

    assert len(refusal.value.faults) >= 5
