"""What stands out in a text, what does not, and that a hostile text takes no time and becomes no markup."""

import time

import pytest
from sqlalchemy.orm import Session

from spreekt.identity.national_number import synthetic
from spreekt.moderation.differences import Change, differences
from spreekt.moderation.flags import FLAG_WORDS, Flag, explained, flags_in
from tests.builders import NOON, a_moderator, an_account
from tests.moderation.things import a_comment, a_note, a_submitted_note
from tests.pages import Pages

NUMBER = synthetic(NOON.date().replace(year=1985)).digits

EXAMPLES = [
    ("Mooi idee, ik doe mee!", set()),
    ("Ik vind dit te duur. € 24.000 voor 12 paaltjes is veel.", set()),
    ("Bel mijn buurman op 0470 12 34 56, hij klaagt altijd.", {Flag.PHONE}),
    ("Of +32 56 27 70 00", {Flag.PHONE}),
    ("Of 056/27.70.00", {Flag.PHONE}),
    ("Bel 1777 of kom op 20/10/2025 om 18.30 uur naar nummer 12.", set()),
    ("Mail naar jan.peeters@voorbeeld.be", {Flag.EMAIL}),
    ("Mail naar jan (at) voorbeeld.be", {Flag.EMAIL}),
    ("Stort op BE68 5390 0754 7034 dank u", {Flag.IBAN}),
    ("Stort op be68539007547034", {Flag.IBAN}),
    ("Code BE68 5390 0754 7035 klopt niet", set()),
    (f"Mijn nummer is {NUMBER}", {Flag.NATIONAL_NUMBER}),
    (f"Dat is {NUMBER[:2]}.{NUMBER[2:4]}.{NUMBER[4:6]}-{NUMBER[6:9]}.{NUMBER[9:]}.", {Flag.NATIONAL_NUMBER}),
    ("https://a.example www.b.example http://c.example", {Flag.LINKS}),
    ("Zie https://kortrijk.example", set()),
    ("DIT IS EEN SCHANDE VOOR DE HELE STAD", {Flag.SHOUTING}),
    ("Het OCMW", set()),
]


@pytest.mark.parametrize(("text", "flags"), EXAMPLES)
def test_what_stands_out_is_flagged(text: str, flags: set[Flag]) -> None:
    assert flags_in(text) == flags


def test_every_flag_has_its_words() -> None:
    assert set(FLAG_WORDS) == set(Flag)
    assert explained("telefoon iets-onbekends") == [FLAG_WORDS[Flag.PHONE]]


def test_a_misleading_name_is_flagged_when_the_text_is_handed_in(db: Session) -> None:
    note = a_submitted_note(author=an_account(name_flags="reserved"))

    assert note.flags == "naam"


@pytest.mark.parametrize("piece", ["a", "0", "0 ", "a.", "a@", "BE68 ", "A1", "www.", "+32 ", "\u0661", " ", "(at)"])
def test_no_text_takes_long_to_look_at(piece: str) -> None:
    started = time.process_time()

    flags_in((piece * 20_000)[:20_000])

    assert time.process_time() - started < 1


def test_flags_are_for_staff_alone(pages: Pages) -> None:
    author = an_account()
    note = a_note(author=author, body="Bel 0470 12 34 56")

    assert FLAG_WORDS[Flag.PHONE] not in pages.as_(author).get(f"/proef/{note.id}")
    assert FLAG_WORDS[Flag.PHONE] in pages.as_(a_moderator()).get(f"/moderatie/{note.id}")


def test_differences_read_from_old_to_new() -> None:
    pieces = differences("We zetten drie banken.", "We zetten vier mooie banken.")

    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == "We zetten drie banken."
    assert (
        "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == "We zetten vier mooie banken."
    )
    assert [piece.text for piece in pieces if piece.change is Change.REMOVED] == ["drie"]


def test_comparing_long_texts_takes_no_long_time() -> None:
    started = time.process_time()

    differences("a b " * 5000, "b a " * 5000)

    assert time.process_time() - started < 3


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[klik](javascript:alert(1))",
    "[klik](JaVaScRiPt&#58;alert(1))",
    "[klik](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://elders.example/x.png)",
    "<svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</script><!--\u2028]]>",
    "<a href='//elders.example' style='x'>x</a>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_text_on_every_page_of_the_desk(pages: Pages, db: Session, text: str) -> None:
    writer = an_account(name=text[:60])
    a_note(author=writer)
    note = a_submitted_note(author=writer, title=text, body=text)
    public = a_note(title=text, body=text)
    a_comment(public, author=writer, body=text)
    reader = pages.as_(an_account())
    reader.send(f"/moderatie/meldingen/nieuw/{public.id}", reason="haat", words=text, status=200)
    moderator = pages.as_(a_moderator())
    moderator.send(f"/moderatie/{note.id}", press="decision=ask_changes", reason="haat", words=text,
                   due_on="2026-12-01")  # fmt: skip
    urls = [f"/proef/{public.id}", f"/reacties/bij/{public.id}", f"/moderatie/meldingen/nieuw/{public.id}",
            "/moderatie/logboek"]  # fmt: skip
    desk = ["/moderatie", f"/moderatie/{note.id}", f"/moderatie/{public.id}", "/moderatie/meldingen",
            "/moderatie/meldingen/1", "/moderatie?status=aan-te-passen"]  # fmt: skip

    for browser, url in [*((reader, url) for url in urls), *((moderator, url) for url in desk if url[-1] != "1")]:
        sheet = browser.get(url)
        assert not [tag for tag in sheet.root.iter("script") if "alert" in "".join(tag.itertext())], url
        assert not [tag for tag in sheet.all("img") if "elders" in tag.get("src", "") or tag.get("src") == "x"], url
        links = [tag.get("href", "") for tag in sheet.all("a")]
        assert not [link for link in links if link.lower().startswith(("javascript:", "data:", "//"))], url


def test_what_looks_like_a_template_is_shown_as_it_was_typed(pages: Pages) -> None:
    text = "{{7*7}}{% raw %}%(x)s${1}{0.__class__}"
    note = a_submitted_note(title=text, body=text)

    for url in ("/moderatie", f"/moderatie/{note.id}"):
        shown = pages.as_(a_moderator()).raw(url).get_data(as_text=True)
        assert "{{7*7}}" in shown
        assert "49{" not in shown
