"""Two leads say yes at once, over two servers: the two dossiers become one."""

from spreekt.kernel.regulations import PhaseKind
from spreekt.modules.burgerbudget.dossiers.advice_models import MergeOffer
from spreekt.modules.burgerbudget.dossiers.models import Dossier, Stage
from tests.budget_builders import a_dossier, a_group, a_phased_round
from tests.builders import NOON, kept, staff
from tests.live import Platform
from tests.wire import released_together

PAIRS = 5


def test_two_leads_who_agree_at_once_always_merge(live: Platform) -> None:
    presses, given = [], []
    with live.building():
        round = a_phased_round(PhaseKind.DIALOGUE)
        asked_by_id = staff().id
        pairs = []
        for pair in range(PAIRS):
            groups = a_group(), a_group()
            both = [a_dossier(round, group=group, stage=Stage.ADMISSIBLE, title=f"Plan {pair}") for group in groups]
            offer = kept(MergeOffer(from_id=both[0].id, into_id=both[1].id, asked_at=NOON, asked_by_id=asked_by_id))
            given.append(both[0].id)
            pairs.append((offer.id, [(dossier.id, group[0]) for dossier, group in zip(both, groups, strict=True)]))
    for offer_id, sides in pairs:
        for place, (dossier_id, lead) in enumerate(sides):
            visitor = live.webs[place].visitor(live.sign_in(lead))
            values = visitor.filled(f"/burgerbudget/voorstellen/{dossier_id}", antwoord="ja")
            presses.append((live.webs[place].port, visitor.request("POST", f"/burgerbudget/samen/{offer_id}", values)))

    replies = released_together(presses)

    assert {reply.status for reply in replies} == {303}, [reply.text[:200] for reply in replies]
    with live.sessions() as db:
        assert {db.get_one(Dossier, each).stage for each in given} == {Stage.MERGED}
