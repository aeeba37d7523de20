"""Everything the page of one case shows, put together once for the applicant, for staff and for everybody else."""

from typing import Any

from spreekt.modules.gezellige_wijk import (
    advice,
    decisions,
    domain,
    evaluations,
    grants,
    loans,
    queries,
    reports,
    surveys,
)
from spreekt.modules.gezellige_wijk.at_hand import regulations, today
from spreekt.modules.gezellige_wijk.forms import PressForm
from spreekt.modules.gezellige_wijk.loan_models import LoanState
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.progress import next_step, story, who_handles
from spreekt.modules.gezellige_wijk.words import (
    ADVICE_LOOKS,
    ADVICE_WORDS,
    INSURANCE_WORDS,
    STEP_OF_CHECK,
    VERDICT_LOOKS,
    VERDICT_WORDS,
    sentence,
    step_words_of,
)
from spreekt.modules.gezellige_wijk.workflow import CASE, STATE_LOOKS, STATE_WORDS, handles, writes
from spreekt.web.context import Answer, actor, db, page


def case_page(asked: StreetRequest, *, inside: bool) -> Answer:
    """The page of one case. What is not `inside` gets nothing that is not public."""
    who, found = actor(), regulations()
    decision = decisions.decision_of(db(), asked.id)
    told = reports.report_of(db(), asked.id)
    values: dict[str, Any] = {
        "asked": asked, "kind": found.types[asked.type_code], "rule": found.rule(asked.rule_code),
        "states": STATE_WORDS, "looks": STATE_LOOKS, "decision": decision, "inside": inside,
        "story": story(asked, decision), "handler": who_handles(asked), "next": next_step(asked), "today": today(),
        "can_evaluate": False,
        "report": told if told is not None and told.is_public else None, "is_reported": told is not None,
        "insurances": INSURANCE_WORDS, "mine": False, "handles": False,
    }  # fmt: skip
    if inside:
        survey = surveys.standing(db(), asked, found)
        lent = [loan for loan in loans.loans_of(db(), asked.id) if loan.state is not LoanState.RELEASED]
        checks = domain.checks(asked, found, today=today(), asks_material=bool(lent))
        values |= {
            "checks": [check for check in checks if check.code != "consent" or survey is None],
            "sentence": sentence, "step_of": STEP_OF_CHECK, "step_words": step_words_of(asked),
            "verdicts": VERDICT_WORDS,
            "verdict_looks": VERDICT_LOOKS, "loans": lent, "grant": grants.grant_of(db(), asked.id),
            "advices": advice.advices_of(db(), asked.id), "advice_words": ADVICE_WORDS, "advice_looks": ADVICE_LOOKS,
            "survey": survey, "clashes": queries.clashes(db(), asked),
            "can_evaluate": writes(who, asked) and evaluations.may_evaluate(db(), asked),
            "mine": writes(who, asked), "handles": handles(who, asked), "press": PressForm(formdata=None),
            "offered": {step.name for step in CASE.offered(asked, to=who)},
        }  # fmt: skip
    return page("gezellige_wijk/show.html", **values)
