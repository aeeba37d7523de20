"""What a publisher enters of the college's decision: its day, its address, and an amount for each project."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import URL, NumberRange, Optional

from spreekt.kernel.text import clean_text
from spreekt.modules.burgerbudget.awards.domain import Decision, Proposal
from spreekt.modules.burgerbudget.awards.models import CollegeDecision
from spreekt.modules.burgerbudget.models import Project
from spreekt.web.forms import EuroField, Form, at_most, clean, filled


class AwardForm(Form):
    """One decision. The amounts are fields of their own: see award_form."""

    decided_on = DateField(_l("Dag van het besluit"), filled(_l("Kies de dag waarop het college besliste.")))
    decision_uri = StringField(
        _l("Adres van het besluit"),
        [
            *filled(_l("Geef het webadres waarop iedereen het besluit leest.")),
            URL(require_tld=False, message=_l("Vul een volledig webadres in, met https:// ervoor.")),
            at_most(300),
        ],
    )
    reason = TextAreaField(
        _l("Waarom wijkt het besluit af?"),
        [clean(lambda text: clean_text(text, most=2000))],
        description=_l("Alleen nodig als een ander project of een ander bedrag gekozen is dan hieronder voorgesteld."),
    )
    order: Sequence[Project] = ()

    @property
    def decision(self) -> Decision:
        """What was filled in; projects keep the order of the page."""
        amounts = {project.id: self[f"bedrag_{project.id}"].data for project in self.order}
        return Decision(
            decided_on=self.decided_on.data or date.min,
            decision_uri=self.decision_uri.data.strip(),
            amounts={number: cents for number, cents in amounts.items() if cents},
            reason=self.reason.data or "",
        )


def award_form(projects: Sequence[Project], put_forward: Proposal, made: CollegeDecision | None) -> AwardForm:
    """The form with one amount per project, those that were put forward first and filled in."""
    first = [project.id for project in put_forward.projects]
    order = sorted(projects, key=lambda project: first.index(project.id) if project.id in first else len(first))
    above_zero = NumberRange(1, message=_l("Vul een bedrag boven nul in, of laat leeg."))
    fields = {f"bedrag_{project.id}": EuroField(project.shown_title, [Optional(), above_zero]) for project in order}
    kind = type("AwardFormHere", (AwardForm,), fields)
    amounts = {project.id: project.cost_cents for project in put_forward.projects}
    values = {}
    if made is not None:
        amounts = {award.project_id: award.amount_cents for award in made.awards}
        values = {name: getattr(made, name) for name in ("decided_on", "decision_uri", "reason")}
    form: AwardForm = kind(**values, **{f"bedrag_{number}": cents for number, cents in amounts.items()})
    form.order = order
    return form
