"""A CSV file with projects: checked whole, every fault by line, then all of it on the list or nothing."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import StringIO

from sqlalchemy.orm import Session

from spreekt.kernel.actor import Actor
from spreekt.kernel.errors import DomainError, Invalid
from spreekt.kernel.text import clean_line, clean_text
from spreekt.modules.burgerbudget.domain import ProjectPlan, add_project, theme_plan
from spreekt.modules.burgerbudget.models import Round
from spreekt.modules.burgerbudget.rules.amounts import NotAnAmount, parse_amount
from spreekt.modules.burgerbudget.themes.names import LONGEST_THEME
from spreekt.territory.models import Area

COLUMNS = ("code", "titel", "beschrijving", "prijs", "thema", "deelgemeente")
THEME_COLUMNS = ("code", "thema", "beschrijving")
NEEDED = {COLUMNS: ("code", "titel", "prijs"), THEME_COLUMNS: ("code", "thema")}
MOST_ROWS = 1000
CODE_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
MOST_CENTS = 10**11


class FaultyFile(Invalid):
    """The file cannot be taken; `faults` says everything that is wrong, by line."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def columns_of(round: Round) -> tuple[str, ...]:
    """The columns of a file for this round."""
    return THEME_COLUMNS if round.is_about_themes else COLUMNS


def read(content: bytes, areas: Sequence[Area], columns: tuple[str, ...] = COLUMNS) -> list[tuple[int, ProjectPlan]]:
    """Line and plan of each project. Separator `;` or `,`, header as in `columns`; several areas with `|`.

    Raises FaultyFile with all faults.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FaultyFile(["Regel 1: dit is geen UTF-8. Bewaar het bestand als CSV UTF-8."]) from None
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=";" if first.count(";") >= first.count(",") else ",")
    try:
        header = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = header
        missing = [name for name in NEEDED[columns] if name not in header]
        if missing:
            raise FaultyFile([f"Regel 1: deze kolommen ontbreken: {', '.join(missing)}."])
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise FaultyFile([f"Regel {reader.line_num}: deze regel is geen geldige CSV."]) from None
    if not rows:
        raise FaultyFile(["Regel 2: er staat geen enkel project in het bestand."])
    if len(rows) > MOST_ROWS:
        raise FaultyFile([f"Regel {MOST_ROWS + 2}: een bestand mag hoogstens {MOST_ROWS} projecten bevatten."])
    by_name = {key: area.id for area in areas for key in (area.code.casefold(), area.name.casefold())}
    faults: list[str] = []
    plans: list[tuple[int, ProjectPlan]] = []
    lines: dict[str, int] = {}
    for line, row in rows:
        try:
            plan = _plan(row, by_name) if columns == COLUMNS else _theme(row)
        except Invalid as refusal:
            faults.append(f"Regel {line}: {refusal}")
            continue
        earlier = lines.setdefault(plan.code.lower(), line)
        if earlier != line:
            faults.append(f"Regel {line}: code {plan.code} staat ook op regel {earlier}.")
        plans.append((line, plan))
    if faults:
        raise FaultyFile(faults)
    return plans


def add_all(db: Session, round: Round, plans: Sequence[tuple[int, ProjectPlan]], *, by: Actor, now: datetime) -> None:
    """Put all projects on the list. Raises FaultyFile; then the caller must not commit."""
    faults = []
    for line, plan in plans:
        try:
            add_project(db, round, plan, by=by, now=now)
        except Invalid as refusal:
            faults.append(f"Regel {line}: {_words(refusal)}")
    if faults:
        raise FaultyFile(faults)


def _plan(row: dict[str, str | None], by_name: dict[str, int]) -> ProjectPlan:
    code = _code(row)
    try:
        cents = parse_amount(_cell(row, "prijs")) * 100
    except NotAnAmount:
        raise Invalid("schrijf de prijs als 1500 of 1500,50.") from None
    if cents.denominator != 1 or not 0 < cents < MOST_CENTS:
        raise Invalid("de prijs moet boven nul zijn, met hoogstens twee cijfers na de komma.")
    names = [name.strip() for name in _cell(row, "deelgemeente").split("|") if name.strip()]
    unknown = [name for name in names if name.casefold() not in by_name]
    if unknown:
        raise Invalid(f"we kennen de deelgemeente {unknown[0][:40]} niet.")
    return ProjectPlan(
        code=code,
        title=clean_line(_cell(row, "titel"), most=120, least=3),
        body=clean_text(_cell(row, "beschrijving"), most=5000),
        cost_cents=int(cents),
        theme=clean_line(_cell(row, "thema"), most=60),
        area_ids=frozenset(by_name[name.casefold()] for name in names),
    )


def _theme(row: dict[str, str | None]) -> ProjectPlan:
    name = clean_line(_cell(row, "thema"), most=LONGEST_THEME, least=3)
    return theme_plan(_code(row), name, clean_text(_cell(row, "beschrijving"), most=5000))


def _code(row: dict[str, str | None]) -> str:
    code = _cell(row, "code")
    if not code or len(code) > 20 or not set(code) <= CODE_LETTERS:
        raise Invalid("geef een code van hoogstens 20 letters, cijfers of streepjes.")
    return code


def _cell(row: dict[str, str | None], name: str) -> str:
    return (row.get(name) or "").strip()


def _words(refusal: DomainError) -> str:
    return refusal.says.format(*refusal.args)
