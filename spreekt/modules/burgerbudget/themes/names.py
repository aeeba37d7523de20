"""What stands on the ballot of a round about themes: names, each different enough to be the name of a file."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.errors import N_, DomainError, Invalid
from spreekt.modules.burgerbudget.codes import slug_of
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.workflow import ON_BALLOT

PLACE = 100
"""What a theme takes of the places there are, where the engine expects a price in cents: one place each."""
LONGEST_THEME = 60


class ThemesAlike(Invalid):
    """Two themes whose files would have one name; the arguments are both."""

    says = N_("De thema's “{0}” en “{1}” lijken te veel op elkaar. Geef een van de twee een andere naam.")


class ListIsTaken(DomainError):
    """Residents chose this list; the city adds nothing to it and changes no name."""

    says = N_("Deze thema's kozen inwoners in een eerdere ronde. Je kan er geen bijzetten of veranderen.")


def check_name(db: Session, round: Round, name: str, *, but: int | None) -> None:
    """Refuse a name that a theme of this round (other than the project `but`) cannot have.

    Raises ListIsTaken, ThemesAlike, Invalid for one that is too long or has no letters.
    """
    if round.themes_from_id is not None:
        raise ListIsTaken
    if len(name) > LONGEST_THEME:
        raise Invalid(N_("Deze naam is te lang. Een thema mag hoogstens 60 tekens hebben."))
    others = select(Project.title).where(Project.round_id == round.id, Project.state.in_(ON_BALLOT))
    codes = {slug_of(other): other for other in db.scalars(others.where(Project.id.is_distinct_from(but)))}
    check_code_of(name, codes)


def check_code_of(name: str, taken: dict[str, str]) -> str:
    """The word for a theme in addresses; `taken` are the themes that have one. Raises ThemesAlike, Invalid."""
    code = slug_of(name)
    if not code:
        raise Invalid(N_("Geef elk thema een naam met letters."))
    if code in taken:
        raise ThemesAlike(taken[code], name)
    return code
