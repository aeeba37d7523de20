"""Words, likeness and differences: what is found, what looks alike, and what changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from spreekt.moderation.differences import Change
from spreekt.moderation.models import State
from spreekt.modules.voorstellen.similar import ALIKE, likeness, similar
from spreekt.modules.voorstellen.versions import changes
from spreekt.modules.voorstellen.words import MOST_KEY, search_key, words_of
from tests.builders import a_proposal, an_area


def test_words_lose_accents_capitals_and_signs() -> None:
    assert words_of("Geïnteresseerd in CAFÉ_comité (100%)?") == ["geinteresseerd", "in", "cafe", "comite", "100"]
    assert search_key("Bank en bank", "Bánk") == " bank en"


@given(st.text(max_size=6000))
def test_a_search_key_is_short_and_holds_only_words(text: str) -> None:
    key = search_key(text, text)

    assert len(key) <= MOST_KEY
    assert all(part.isalnum() for part in key.split(" ")[1:])


@pytest.mark.parametrize(
    ("ours", "theirs", "alike"),
    [
        ("Rustbank om de 300 meter", "Meer rustbanken voor senioren", True),
        ("Repaircafé Aalbeke", "Repair café in Heule", True),
        ("Deelbakfiets voor Overleie", "Een deelbakfiets in de wijk", True),
        ("Petanquebaan voor alle leeftijden", "Stille hoek in de bibliotheek", False),
        ("Een nieuwe bank op het plein", "Een nieuwe fietsbus voor de stad", False),
    ],
)
def test_titles_look_alike_by_their_telling_words(ours: str, theirs: str, alike: bool) -> None:
    assert (likeness(ours, "", theirs, "") >= ALIKE) is alike


def test_the_same_area_comes_first_among_candidates_and_only_public_ones_are_shown(db: Session) -> None:
    here, elsewhere = an_area("Heule"), an_area("Marke")
    a_proposal("Boekenhuisje in het park", area=elsewhere)
    near = a_proposal("Boekenhuisje in het park", area=here)
    a_proposal("Boekenhuisje in het park", area=here, state=State.PENDING)

    found = similar(db, title="Drie boekenhuisjes", body="", area_ids=[here.id], but=near.id)

    assert [each.title for each in found] == ["Boekenhuisje in het park"]
    assert near.id not in {each.id for each in found}


def test_at_most_five_are_shown_and_a_title_without_telling_words_finds_none(db: Session) -> None:
    for number in range(8):
        a_proposal(f"Boekenhuisje {number}")

    assert len(similar(db, title="Een boekenhuisje", body="", area_ids=[])) == 5
    assert similar(db, title="Voor de stad", body="", area_ids=[]) == []


def test_what_changed_is_said_by_words() -> None:
    pieces = changes("We plaatsen acht banken.", "We plaatsen negen houten banken.")

    assert [(piece.change, piece.text) for piece in pieces] == [
        (Change.KEPT, "We plaatsen "),
        (Change.REMOVED, "acht"),
        (Change.ADDED, "negen houten"),
        (Change.KEPT, " banken."),
    ]  # fmt: skip


@given(st.text(max_size=300), st.text(max_size=300))
def test_both_versions_can_be_read_back_from_what_changed(before: str, after: str) -> None:
    pieces = changes(before, after)

    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == after
    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == before
