"""V14: while voting is open, no page, file or command of any role tells a project's votes; only how many voted."""

import re

import pytest

from spreekt.app import create_app
from spreekt.kernel.actor import Role
from tests.builders import a_resident, staff
from tests.faults.election import CODES, Election
from tests.live import Platform
from tests.wire import Reply

EACH_TIME = re.compile(r'nonce[-=]"?[\w-]+|name="(csrf_token|_once)"[^>]*value="[^"]+"')


def reading_addresses(live: Platform, election: Election) -> list[str]:
    """Every address that can be read, filled in for this round."""
    fill = {"slug": election.slug, "part": "heule", "id": str(election.project_id), "what": "brief", "token": "x"}
    app = create_app(live.settings())
    addresses = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: fill.get(found[1], str(election.project_id)), rule.rule)
        addresses.append(path)
    assert f"/burgerbudget/{election.slug}/uitslag" in addresses
    return sorted(set(addresses))


def without_what_differs(reply: Reply) -> tuple[int, str, str]:
    """An answer without its nonce, its tokens, its hour, and the numbers of voters, which are two and then three."""
    text = EACH_TIME.sub("", re.sub(r"<svg.*?</svg>", "", reply.text, flags=re.DOTALL))
    text = re.sub(r"\d\d:\d\d:\d\d\S*", "TIME", text)
    return reply.status, re.sub(r"\b[23]\b", "VOTERS", text), reply.header("content-type")


def first_difference(one: tuple[int, str, str], other: tuple[int, str, str]) -> tuple[str, str]:
    """Where two answers part, with a few words around it."""
    start = next((place for place, pair in enumerate(zip(one[1], other[1], strict=False)) if pair[0] != pair[1]), 0)
    return one[1][max(0, start - 80) : start + 40], other[1][max(0, start - 80) : start + 40]


@pytest.mark.parametrize("who", ["visitor", "resident", "every-role-at-once"])
def test_v14_one_more_vote_for_a_project_changes_only_the_turnout(live: Platform, who: str) -> None:
    election = Election(live, f"open-{who}")
    for _ in range(2):
        first, form, _key = election.voter_at(live.webs[0], [CODES[0]])
        assert first.post(election.review_url, form).status == 303
    with live.building():
        reader = a_resident() if who == "resident" else staff(*Role)
    visitor = live.webs[0].visitor("" if who == "visitor" else live.sign_in(reader))
    if who == "visitor":
        visitor.cookies["spreekt-form"] = "none"  # so that no kept page answers
    addresses = reading_addresses(live, election)

    def seen() -> dict[str, tuple[int, str, str]]:
        return {path: without_what_differs(visitor.get(path)) for path in addresses}

    another, form, _key = election.voter_at(live.webs[0], [CODES[3], CODES[4]])
    seen()  # once before it counts: pages that mark something as read have done so
    before = seen()
    assert another.post(election.review_url, form).status == 303
    after = seen()

    assert max(status for status, _, _ in after.values()) < 500
    assert [first_difference(before[path], after[path]) for path in addresses if before[path] != after[path]] == []


def test_v14_requests_and_answers_are_as_long_whatever_one_chooses(live: Platform) -> None:
    election = Election(live, "even-lang")
    sizes = set()
    for choice in ([CODES[0]], [CODES[4]], [CODES[0], CODES[5]], list(CODES)):
        visitor, form, _key = election.voter_at(live.webs[0], choice)
        request = visitor.request("POST", election.review_url, form)
        reply = visitor.send(request)
        assert reply.status == 303
        sizes.add((len(request) - len(str(visitor.cookies)), len(reply.body), reply.location))

    assert len({body for body, _, _ in sizes}) == 1, sizes
    assert len({(answer, place) for _, answer, place in sizes}) == 1
