"""A Pabulib file as a finished round: projects and the outcome of that file. Reading it is in rules/."""

import re
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.electorate.models import Poll
from spreekt.kernel import audit, workflow
from spreekt.kernel.actor import SYSTEM
from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.storage import Json
from spreekt.moderation.domain import write
from spreekt.modules.burgerbudget import rules_of
from spreekt.modules.burgerbudget.codes import slug_of
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.models import Rule as RuleName
from spreekt.modules.burgerbudget.outcomes.publication import Terms, outcome_of_file
from spreekt.modules.burgerbudget.rules.election import Election
from spreekt.modules.burgerbudget.rules.gates import Gate
from spreekt.modules.burgerbudget.rules.outcome import Progress
from spreekt.modules.burgerbudget.rules.pabulib import read_pb, selected
from spreekt.modules.burgerbudget.rules.pb_tables import Fault, NotAPbFile
from spreekt.modules.burgerbudget.rules.remarks import read_remarks, remarks_on
from spreekt.modules.burgerbudget.rules.rule import Add1Stop, Completion, Method, Rule
from spreekt.modules.burgerbudget.workflow import PROJECTS

_DATE = re.compile(r"(?:(\d{1,2})[.](\d{1,2})[.])?(\d{4})(?:-(\d{1,2})-(\d{1,2}))?")
_LONGEST_TITLE = 120
_LONGEST_CODE = 60


class SlugTaken(ValueError):
    """The address belongs to another round."""


def import_round(
    db: Session,
    text: str,
    *,
    now: datetime,
    rule: Rule | None = None,
    gate: Gate | None = None,
    slug: str = "",
    title: str = "",
    name: str = "",
    progress: Progress | None = None,
) -> Round:
    """The round in the text of a file, finished and published. `name` makes an address when none is given.

    Without a rule, that of the file's own comment holds where it is one of ours, with its gate; else greedy.
    Raises NotAPbFile with faults by line, SlugTaken.
    """
    election = read_pb(text, progress=progress)
    if rule is None:
        rule, gate = read_remarks(election.meta.get("comment", "")) or (Rule(method=Method.GREEDY), gate)
    _refuse_what_does_not_fit(election)
    slug = slug_of(slug or name or election.meta.get("instance", "")) or "ronde"
    if db.scalar(select(Round.id).where(Round.slug == slug)) is not None:
        raise SlugTaken(f"there is a round at /burgerbudget/{slug} already; choose another with --slug")
    begins, ends = _period(election, now)
    poll = Poll(module="burgerbudget", opens_at=begins, closes_at=ends, minimum_age=0, age_on=ends.date())
    round = Round(
        slug=slug,
        title=_short(title or election.meta.get("description", "") or slug),
        poll=poll,
        amount_cents=_cents(election, election.budget),
        currency=_currency(election),
        rule=RuleName(rule.method.value),
        rule_options=_options(rule),
        publishes_at=ends,
        is_imported=True,
    )
    db.add_all([poll, round])
    db.flush()
    ids = _add_projects(db, round, election, at=begins)
    outcome = outcome_of_file("", text, Terms(rule, gate), now=now, progress=progress)
    outcome.summary |= {
        "ids": ids, "official": _official(election, outcome.summary), "remarks": remarks_on(rule, gate),
    }  # fmt: skip
    outcome.published_at = now
    round.outcomes.append(outcome)
    audit.record(db, by=SYSTEM, act="round.import", subject=f"round:{round.id}", reason=f"sha256 {outcome.file_sha256}")
    db.flush()
    return round


def _options(rule: Rule) -> Json:
    """The parameters as a round keeps them, so that its page can say them."""
    return rules_of.options(
        RuleName(rule.method.value),
        step_cents=None if rule.add1_step is None else max(1, int(rule.add1_step * 100)),
        until_overspent=rule.add1_stop is Add1Stop.OVERSPEND,
        completes=rule.complete is Completion.GREEDY,
        lot_seed=rule.lot_seed or "",
    )


def _add_projects(db: Session, round: Round, election: Election, *, at: datetime) -> dict[str, int]:
    """Projects that the city did not write: published, without author. Their areas and categories become a theme."""
    projects = []
    for candidate in election.projects:
        words = (candidate.details.get(column, "") for column in ("category", "neighborhood"))
        project = Project(
            round_id=round.id,
            code=candidate.id,
            cost_cents=max(1, _cents(election, candidate.cost)),
            theme=", ".join(word for word in words if word)[:60],
            created_at=at,
            published_at=at,
        )
        write(project, title=_short(candidate.name or f"Project {candidate.id}"), body="")
        projects.append(project)
    db.add_all(projects)
    db.flush()
    for project in projects:
        workflow.move(db, PROJECTS, project, "publish", by=SYSTEM)
    return {project.code: project.id for project in projects}


def _official(election: Election, summary: Json) -> Json | None:
    """How the file's own list of winners differs from ours, as codes; None when it has no such list."""
    chosen = selected(election)
    if not chosen:
        return None
    rows = summary["projects"]
    return {
        "more": [row["code"] for row in rows if row["code"] in chosen and not row["won"]],
        "fewer": [row["code"] for row in rows if row["code"] not in chosen and row["won"]],
    }


def _refuse_what_does_not_fit(election: Election) -> None:
    long = [project.id for project in election.projects if len(project.id) > _LONGEST_CODE]
    faults = [Fault(1, f"project_id {code[:20]!r}… is longer than {_LONGEST_CODE} characters") for code in long]
    if not election.projects:
        faults.append(Fault(1, "there is no project in the file"))
    if max((election.budget, *(project.cost for project in election.projects))) * 100 // election.units >= 2**62:
        faults.append(Fault(1, "an amount is too large"))
    if faults:
        raise NotAPbFile(faults)


def _period(election: Election, now: datetime) -> tuple[datetime, datetime]:
    """When voting was, as far as the file says; always over by now."""
    first = _day(election.meta.get("date_begin", ""), last=False)
    end = _day(election.meta.get("date_end", ""), last=True) or first
    ends = datetime.combine(end + timedelta(days=1), time(), BRUSSELS).astimezone(UTC) if end else now
    ends = min(ends, now)
    begins = datetime.combine(first, time(), BRUSSELS).astimezone(UTC) if first else ends - timedelta(days=14)
    return (begins if begins < ends else ends - timedelta(days=1)), ends


def _day(text: str, *, last: bool) -> date | None:
    """A day as Pabulib files write it: 31.03.2024, 2024-03-31 or only 2024."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    day, month, year, iso_month, iso_day = found.groups()
    try:
        if month or iso_month:
            return date(int(year), int(month or iso_month), int(day or iso_day))
        return date(int(year), 12, 31) if last else date(int(year), 1, 1)
    except ValueError:
        return None


def _currency(election: Election) -> str:
    written = election.meta.get("currency", "EUR").upper()
    return written if re.fullmatch(r"[A-Z]{3}", written) else "EUR"


def _cents(election: Election, amount: int) -> int:
    return round(election.currency(amount) * 100)


def _short(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1]}…"
