"""Own proposals in the demo city: one in every state, supported, discussed, reported, answered and overdue."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from spreekt.demo.people import actor_of
from spreekt.demo.texts import FRIENDLY, IDEAS, INADMISSIBLE, TROUBLESOME
from spreekt.demo.texts import Idea as Told
from spreekt.kernel.actor import Actor
from spreekt.kernel.places import Point
from spreekt.moderation import comments, reports
from spreekt.moderation import domain as moderation
from spreekt.moderation.domain import Reasons
from spreekt.modules.voorstellen import answers, domain, support
from spreekt.modules.voorstellen.models import AnswerKind, Proposal
from spreekt.territory.models import Street

if TYPE_CHECKING:
    from spreekt.demo.story import Town

NOBODY_YET = 2
"""The last ideas of the list are not told here: they come to life in the budget round."""


def tell(town: Town) -> list[Proposal]:
    """Write, judge, support and answer; returns the published proposals, oldest first."""
    moderator = actor_of(town.db, town.staff["moderator"])
    published = []
    for place, told in enumerate(IDEAS):
        at = town.now - timedelta(days=110 - 7 * place, hours=place % 5)
        author = actor_of(town.db, town.residents[place % 40], is_resident=True)
        proposal = _write(town, told, author, days_ago=(town.now - at).days)
        _judge(town, proposal, "publish", by=moderator)
        published.append(proposal)
        _support(town, proposal, (61, 12, 34, 57, 8, 49, 22, 16, 73, 5, 41, 27, 52, 88, 3)[place % 15])
        _discuss(town, proposal, place)
    _answer(town, published)
    _leave_in_every_other_state(town, moderator)
    _make_trouble(town, published)
    return published


def _write(town: Town, told: Told, author: Actor, *, days_ago: int) -> Proposal:
    at = town.now - timedelta(days=days_ago)
    idea = domain.Idea(domain.clean_title(told.title), domain.clean_body(told.text), told.theme)
    proposal = domain.begin(town.db, idea, by=author, rules=town.city.own_proposals, now=at)
    street = town.db.scalars(
        select(Street).where(Street.name == told.street, Street.borough_code == told.area)
    ).first() if told.street else None  # fmt: skip
    area = town.areas.get(told.area)
    spot = street or area
    point = None
    if spot is not None and spot.latitude is not None and spot.longitude is not None:
        point = Point.within(town.city.map.box, spot.latitude, spot.longitude)
    place = domain.Place(street=street, area=None if street else area, point=point)
    domain.put_at(town.db, proposal, place, seen_version=None, by=author)
    domain.hand_in(town.db, proposal, seen_version=None, by=author, rules=town.city.own_proposals, now=at)
    return proposal


def _judge(town: Town, proposal: Proposal, act: str, *, by: Actor, reasons: Reasons | None = None) -> None:
    at = (proposal.submitted_at or town.now) + timedelta(hours=5)
    moderation.decide(town.db, proposal, act, reasons=reasons or Reasons(), seen_version=None, by=by, now=at)


def _support(town: Town, proposal: Proposal, count: int) -> None:
    at = (proposal.published_at or town.now) + timedelta(days=3)
    for account in town.dice.sample(list(town.residents), count):
        if account.id != proposal.author_id:
            support.support(town.db, town.vault, proposal, by=Actor(id=account.id), now=at)


def _discuss(town: Town, proposal: Proposal, place: int) -> None:
    for turn in range(place % 4 + 1):
        writer = town.residents[40 + (place * 4 + turn) % 60]
        at = (proposal.published_at or town.now) + timedelta(days=1 + turn, hours=turn)
        words = FRIENDLY[(place * 3 + turn) % len(FRIENDLY)]
        comment = comments.write_comment(town.db, proposal, body=words, by=Actor(id=writer.id), now=at)
        if comment.is_waiting and (place, turn) not in {(12, 0), (13, 1), (9, 0)}:
            moderation.decide(
                town.db, comment, "publish", reasons=Reasons(), seen_version=None,
                by=actor_of(town.db, town.staff["moderator2"]), now=at + timedelta(hours=3),
            )  # fmt: skip


def _answer(town: Town, published: list[Proposal]) -> None:
    """One accepted with a follow-up, one examined, one declined; one waits for its answer and one is overdue."""
    service = actor_of(town.db, town.staff["dienst"])
    given = (
        (0, AnswerKind.ACCEPTED, "Groen en openbaar domein", 12, 40,
         "We doen het. De ontwerper tekent nu vier palen en twee zeilen. In april plaatsen we de banken, in juni de zeilen."),
        (3, AnswerKind.EXAMINING, "Mobiliteit en openbare verlichting", 20, 60,
         "We onderzoeken welke lampjes vleermuizen niet storen. In januari leggen we drie voorstellen aan de buurt voor."),
        (8, AnswerKind.DECLINED, "Mobiliteit", 5, None,
         "We doen dit niet op elke 300 meter. Het voetpad is op drie plekken te smal voor een bank en een rolstoel. "
         "Op de plekken waar het wel kan, komen er in het voorjaar vier banken."),
    )  # fmt: skip
    for place, kind, name, days_ago, next_in, text in given:
        at = town.now - timedelta(days=days_ago)
        next_on = (town.now + timedelta(days=next_in)).date() if next_in else None
        town.db.refresh(published[place])
        answers.answer(town.db, published[place], answers.Reply(kind, name, text, next_on), by=service, now=at)


def _leave_in_every_other_state(town: Town, moderator: Actor) -> None:
    """Refused, asked to mend, waiting (one of them too long), withdrawn, hidden, and a draft that was left."""
    writers = [actor_of(town.db, town.residents[place], is_resident=True) for place in range(9)]
    for place, (told, code) in enumerate(INADMISSIBLE):
        refused = _write(town, told, writers[3 + place], days_ago=30 - place)
        words = "Lees onze huisregels nog eens na. Je mag je voorstel aanpassen en opnieuw insturen."
        _judge(town, refused, "reject", by=moderator, reasons=Reasons(code=code, rule="Huisregels", words=words))
    mend = _write(
        town, IDEAS[2]._replace(title="Een boekenhuisje aan de kerk", theme="cultuur"), writers[1], days_ago=4
    )
    _judge(town, mend, "ask_changes", by=moderator, reasons=Reasons(
        code="onduidelijk", rule="Huisregels", words="Zeg erbij wie het boekenhuisje onderhoudt, en waar het precies komt.",
        due_on=(town.now + timedelta(days=10)).date()))  # fmt: skip
    for days_ago, title, area in ((3, "Zebrapad aan de school in Marke", "marke"), (0, "Meer schaduw op de Houtmarkt", "kortrijk"),
                                  (1, "Een pluktuin achter het ontmoetingscentrum", "rollegem")):  # fmt: skip
        _write(town, Told(title, area, "", "groen", 0, "Hier is het onveilig en te warm. We willen dit samen met de "
               "buren aanpakken en helpen zelf mee met het onderhoud."), writers[5], days_ago=days_ago)  # fmt: skip
    back = _write(town, Told("Gratis parkeren op zondag", "kortrijk", "", "verkeer", 0,
                  "Op zondag is er plaats genoeg. Laat mensen dan gratis parkeren."), writers[6], days_ago=50)  # fmt: skip
    moderation.withdraw(town.db, back, by=writers[6], now=town.now - timedelta(days=48))
    hidden = _write(town, Told("Wie heeft er nog vuurwerk over?", "heule", "", "cultuur", 0,
                    "Met Nieuwjaar willen we iets groots doen. Breng alles mee wat je hebt liggen."), writers[7], days_ago=20)  # fmt: skip
    _judge(town, hidden, "publish", by=moderator)
    moderation.decide(
        town.db, hidden, "hide", seen_version=None, by=actor_of(town.db, town.staff["moderator2"]),
        reasons=Reasons(code="haat", rule="Huisregels", words="Vuurwerk is verboden zonder toelating van de burgemeester."),
        now=town.now - timedelta(days=18),
    )  # fmt: skip
    rules = town.city.own_proposals
    draft = domain.Idea("Een bankje aan de bushalte", "Mijn moeder moet hier lang staan", "toegankelijkheid")
    domain.begin(town.db, draft, by=writers[0], rules=rules, now=town.now - timedelta(hours=20))


def _make_trouble(town: Town, published: list[Proposal]) -> None:
    """Reactions that a moderator must look at, and readers who report one."""
    for place, (words, _why) in enumerate(TROUBLESOME):
        writer = town.residents[100 + place]
        at = town.now - timedelta(hours=30 - 9 * place)
        comments.write_comment(town.db, published[13], body=words, by=Actor(id=writer.id), now=at)
    by = actor_of(town.db, town.staff["moderator2"])
    for place, (reader, act) in enumerate(((20, ""), (21, "assign"), (22, "dismiss"))):
        at = town.now - timedelta(days=4 - place)
        report = reports.report_item(
            town.db, published[5 + place], reason_code="dubbel", words="Dit bestaat al in Heule.", now=at,
            by=Actor(id=town.residents[reader].id),
        )  # fmt: skip
        if act == "assign":
            reports.assign(town.db, report, by=by)
        elif act == "dismiss":
            said = Reasons(code="dubbel", rule="Huisregels", words="In Heule gaat het over een andere plek.")
            reports.dismiss(town.db, report, reasons=said, by=by, now=at + timedelta(hours=6))
