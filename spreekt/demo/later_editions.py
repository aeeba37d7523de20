"""Two rounds with the phases of Kortrijk's edition that are under way now: one before its jury, one taking dossiers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from spreekt.demo.edition_two import NUMBERS, EditionTwo
from spreekt.demo.edition_two_after import After
from spreekt.demo.texts import IDEAS, MORE_PROJECTS
from spreekt.identity import residency
from spreekt.identity.residency_models import ProofMethod
from spreekt.kernel.clock import BRUSSELS

if TYPE_CHECKING:
    from spreekt.demo.story import Town

AT_THE_JURY, TAKING_DOSSIERS = "buurtbudget-2026", "burgerbudget-editie-3"
INTO_THE_JURY, INTO_SUBMISSION = 293, 45
"""Days since the start of the round: the jury sits from day 279 to 339, dossiers come in from day 30 to 154."""
JURY = {"jury_size": 6, "jury_reserves": 3, "top": 5, "winners_most": 3}


def tell(town: Town, juror_key: str) -> None:
    """`juror_key` is the resident behind the account of the contract that sits in the jury."""
    _at_the_jury(town, juror_key)
    _taking_dossiers(town)


def _at_the_jury(town: Town, juror_key: str) -> None:
    """Voted and counted; the jury was drawn, most sheets are in, and one juror still has to begin."""
    juror = town.staff["jurylid"]
    residency.prove(town.db, account_id=juror.id, key=juror_key, method=ProofMethod.DESK,
                    now=town.now - timedelta(days=INTO_THE_JURY))  # fmt: skip
    edition = EditionTwo.begin(
        town, slug=AT_THE_JURY, title="Buurtbudget 2026", amount_cents=2_000_000, numbers=NUMBERS | JURY,
        starts_at=town.now.astimezone(BRUSSELS) - timedelta(days=INTO_THE_JURY),
    )  # fmt: skip
    edition.projects = tuple(told for told in (*MORE_PROJECTS, *IDEAS) if told.euros < 6_000)[:10]
    edition.round.intro = "Tien buurten dienden een klein project in. De vijf met de meeste munten gaan naar de jury."
    edition.round.decision_uri = "https://kortrijk.example/besluiten/reglement-buurtbudget"
    edition.appoint()
    edition.hand_in()
    edition.screen()
    edition.discuss()
    edition.freeze()
    edition.vote(160)
    edition.count()
    after = After(edition)
    after.call(24, also=[juror])
    after.draw(seating=juror)
    after.score(but=juror, days=6)
    after.meet(days=8)


def _taking_dossiers(town: Town) -> None:
    """Open for groups now, and for candidates for its jury; three dossiers came in."""
    edition = EditionTwo.begin(
        town, slug=TAKING_DOSSIERS, title="Burgerbudget editie 3", starts_at=town.now.astimezone(BRUSSELS)
        - timedelta(days=INTO_SUBMISSION),
    )  # fmt: skip
    edition.projects = IDEAS[3:6]
    edition.round.intro = "Dien een project in met vier buren. Of stel je kandidaat voor de jury."
    edition.round.decision_uri = "https://kortrijk.example/besluiten/reglement-burgerbudget-3"
    edition.hand_in(after_days=2)
