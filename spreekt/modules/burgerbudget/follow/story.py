"""The story of one project, from an idea to the thing in the street, told in facts that everybody may know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from spreekt.kernel.clock import BRUSSELS
from spreekt.kernel.dutch import day, euro, plural
from spreekt.kernel.regulations import JuryFormation, PhaseKind
from spreekt.moderation.models import Picture, Submission
from spreekt.modules.burgerbudget import queries
from spreekt.modules.burgerbudget.dossiers import advice_queries
from spreekt.modules.burgerbudget.dossiers import queries as dossier_queries
from spreekt.modules.burgerbudget.dossiers.models import Dossier
from spreekt.modules.burgerbudget.follow import queries as follow_queries
from spreekt.modules.burgerbudget.follow.models import Execution, ExecutionState, MilestoneState
from spreekt.modules.burgerbudget.follow.report_models import ProgressReport
from spreekt.modules.burgerbudget.follow.words import money_said
from spreekt.modules.burgerbudget.jury import queries as jury_queries
from spreekt.modules.burgerbudget.jury.models import JuryVerdict
from spreekt.modules.burgerbudget.models import Project, Round
from spreekt.modules.burgerbudget.phases.regulation import regulation_of
from spreekt.modules.burgerbudget.phases.timeline import phase, timeline
from spreekt.modules.burgerbudget.voting.game import Decider, decider_of
from spreekt.modules.burgerbudget.workflow import ON_BALLOT


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, happens or comes; `state` is done, now, next or stopped, as in the timeline."""

    title: str
    on: date | None = None
    text: str = ""
    state: str = "done"
    link: tuple[str, str] | None = None
    """Where to read more: words and address."""
    pictures: Sequence[Picture] = ()


def steps(db: Session, project: Project, *, now: datetime) -> list[Step]:
    """The story of a project until now, and the day that comes next. Nothing that is not public."""
    dossier = db.scalars(select(Dossier).where(Dossier.project_id == project.id)).one_or_none()
    public = dossier if dossier is not None and dossier.is_public else None
    execution = db.get(Execution, project.id)
    if execution is not None:
        execution = follow_queries.execution_with(db, project.id)
    told = [*_idea(db, project, public), *_choice(db, project, now)]
    if execution is None:
        return told
    return [*told, *_award(db, project), *_carrying_out(db, execution)]


def _idea(db: Session, project: Project, dossier: Dossier | None) -> Iterator[Step]:
    if dossier is None:
        origin = db.get(Submission, project.origin_id) if project.origin_id else None
        if origin is not None and origin.is_public and not isinstance(origin, Dossier):
            yield Step(_("Een inwoner had een idee"), _day(origin.published_at), origin.title,
                       link=(_("Lees het voorstel"), f"/voorstellen/{origin.id}"))  # fmt: skip
        return
    found = dossier_queries.dossier_with(db, dossier.id)
    people = plural(len(found.active_members), _("inwoner"), _("inwoners"))
    yield Step(_("Een groep had een idee"), _day(found.submitted_at),
               _("Een groep van %(people)s diende het voorstel in.", people=people),
               link=(_("Lees het voorstel"), f"/burgerbudget/voorstellen/{found.id}"),
               pictures=found.pictures)  # fmt: skip
    decisions = sorted(advice_queries.decisions_of(db, found.id), key=lambda each: each.id)
    for each in decisions:
        if each.act == "admit":
            yield Step(_("Het voldoet aan de voorwaarden"), _day(each.decided_at),
                       _("De stad keek na of het in het reglement past."))  # fmt: skip
        elif each.act == "deem_feasible_if":
            yield Step(_("Het plan veranderde in gesprek met de stad"), _day(each.decided_at), each.remedy)
        elif each.act == "deem_feasible":
            yield Step(_("Het is haalbaar"), _day(each.decided_at), each.words)


def _choice(db: Session, project: Project, now: datetime) -> Iterator[Step]:
    round = project.round
    address = f"/burgerbudget/{round.slug}"
    if project.state not in ON_BALLOT:
        return
    if not round.without_vote:
        yield Step(
            _("Het staat op de lijst"), _day(project.published_at),
            _("Iedereen kon erover stemmen.") if round.poll.is_over(now) else _("Inwoners kiezen."),
            state="done" if round.poll.is_over(now) or now < round.poll.opens_at else "now",
        )  # fmt: skip
    counted = round.outcomes if not round.without_vote and round.shows_outcome(now) else []
    rows = [row for outcome in counted for row in outcome.summary["projects"] if row["code"] == project.code]
    for row in rows:
        votes = plural(row["votes"], _("stem"), _("stemmen"))
        yield Step(_("Inwoners stemden"), _day(round.poll.closes_at), _("Het kreeg %(votes)s.", votes=votes),
                   link=(_("Bekijk de uitslag"), f"{address}/uitslag"))  # fmt: skip
    if round.without_vote or any(row.get("goes_on", True) for row in rows):
        yield from _jury(db, project, now)


def _jury(db: Session, project: Project, now: datetime) -> Iterator[Step]:
    """What the jury said of this project, from the day of its report; until then only that it sits."""
    round = project.round
    report = jury_queries.published_report(db, round.id)
    if report is not None:
        for verdict in jury_queries.verdicts_of(db, round.id):
            if verdict.project_id == project.id:
                yield Step(_verdict_said(db, verdict), _day(report.published_at), verdict.motivation,
                           link=(_("Lees het verslag"), f"/burgerbudget/{round.slug}/jury/verslag"))  # fmt: skip
        return
    jury = phase(timeline(db, round), PhaseKind.JURY)
    if jury is not None and jury.opens_at <= now:
        over = jury.is_over(now)
        who = _("Gelote inwoners beoordeelden de projecten.")
        if _is_appointed(db, round):
            who = _("Experten die de stad aanstelde, beoordeelden de projecten.")
        yield Step(_("De %(jury)s boog zich erover", jury=_jury_name(db, round)),
                   _day(jury.closes_at if over else jury.opens_at), who, state="done" if over else "now")  # fmt: skip


def _verdict_said(db: Session, verdict: JuryVerdict) -> str:
    round = verdict.project.round
    name = _jury_name(db, round)
    said: str = _("De %(jury)s koos andere projecten", jury=name)
    if verdict.chosen:
        said = _("De %(jury)s koos dit project", jury=name)
    if decider_of(regulation_of(db, round)) is Decider.WEIGHED:
        said = _("De %(jury)s gaf punten, samen met de stemming", jury=name)
    return said


def _jury_name(db: Session, round: Round) -> str:
    name: str = _("jury van experten") if _is_appointed(db, round) else _("burgerjury")
    return name


def _is_appointed(db: Session, round: Round) -> bool:
    rules = regulation_of(db, round)
    return rules is not None and rules.jury_formation is JuryFormation.APPOINTED


def _award(db: Session, project: Project) -> Iterator[Step]:
    decision = queries.published_decision(db, project.round_id)
    if decision is None:
        return
    award = next((each for each in decision.awards if each.project_id == project.id), None)
    if award is not None:
        link = (_("Lees de beslissing"), decision.decision_uri) if decision.decision_uri else None
        yield Step(_("De stad kent het geld toe"), decision.decided_on,
                   _("Het project krijgt %(amount)s.", amount=euro(award.amount_cents)), link=link)  # fmt: skip


def _carrying_out(db: Session, execution: Execution) -> Iterator[Step]:
    news = follow_queries.public_news(db, execution.id)
    agreement = execution.agreement
    if agreement is not None and agreement.approved_at is not None:
        count = plural(len(execution.milestones), _("mijlpaal"), _("mijlpalen"))
        yield Step(_("Er is een afspraak"), _day(agreement.approved_at),
                   _("Wie het uitvoert en de stad spraken %(count)s af.", count=count))  # fmt: skip
    elif not execution.has_ended:
        yield Step(_("De afspraak wordt gemaakt"), None, _("Daarna begint het werk."), state="now")
    if execution.extended_on is not None and execution.due_on is not None:
        yield Step(_("Het project kreeg meer tijd"), execution.extended_on,
                   _("De laatste dag voor de uitvoering werd %(day)s.", day=day(execution.due_on)))  # fmt: skip
    coming = execution.next_milestone
    for milestone in execution.milestones:
        of_this = [each for each in news if each.milestone_id == milestone.id]
        done = milestone.state is MilestoneState.APPROVED
        if execution.has_ended and not done:
            continue
        running = execution.state is ExecutionState.RUNNING and milestone is coming
        yield Step(
            milestone.title, milestone.approved_on if done else milestone.due_on,
            "" if done else _("Zo is het gepland."), state="done" if done else "now" if running else "next",
            link=_read(of_this), pictures=[picture for each in of_this for picture in each.pictures],
        )  # fmt: skip
    yield from _end(execution, [each for each in news if each.milestone_id is None])


def _end(execution: Execution, news: Sequence[ProgressReport]) -> Iterator[Step]:
    pictures = [picture for each in news for picture in each.pictures]
    if execution.state is ExecutionState.STOPPED:
        yield Step(_("Het project is gestopt"), execution.ended_on, f"{execution.stop_reason} {money_said(execution)}",
                   state="stopped")  # fmt: skip
    elif execution.state is ExecutionState.DONE:
        yield Step(_("Het is er"), execution.ended_on, money_said(execution), link=_read(news), pictures=pictures)
    elif execution.due_on is not None:
        yield Step(_("Alles is klaar"), execution.due_on, _("Dit is de laatste dag voor de uitvoering."), state="next")


def _read(news: Sequence[ProgressReport]) -> tuple[str, str] | None:
    return (_("Lees het nieuws"), f"/burgerbudget/nieuws/{news[-1].id}") if news else None


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(BRUSSELS).date() if moment is not None else None
