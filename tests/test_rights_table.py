"""Who may open what: every route, its methods and its permission, as checked in; and the doors tried by everybody.

python -m tests.test_rights_table        writes tests/rights.txt anew; read the difference before you commit it
"""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from config import Settings
from spreekt.app import create_app
from spreekt.identity.models import Account
from spreekt.identity.permissions import ALL
from spreekt.kernel.actor import NOBODY, Actor, Role
from spreekt.web.engine import make_engine
from spreekt.web.rights import permission_of
from tests.builders import a_resident, acting, an_account, staff
from tests.pages import Pages

TABLE = Path(__file__).with_name("rights.txt")
MAY_BE_ELSEWHERE = {303, 404}
"""What a view itself may answer to somebody who may come in: go elsewhere first, or there is nothing for you here."""


def rows(app: Flask) -> list[str]:
    """One line a route: address, methods, permission. In order of address."""
    found = []
    for rule in app.url_map.iter_rules():
        permission = permission_of(app, rule.endpoint)
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        found.append(f"{rule.rule:60} {methods:10} {permission.name if permission else '(files)'}")
    return sorted(found)


def test_z01_every_route_has_the_permission_that_is_checked_in(app: Flask) -> None:
    """Also a snapshot of all routes: a new, changed or vanished one shows here."""
    assert rows(app) == TABLE.read_text("utf-8").splitlines(), "run: python -m tests.test_rights_table"


def test_every_permission_has_a_name_of_its_own_and_reads_as_a_sentence() -> None:
    assert len({permission.name for permission in ALL}) == len(ALL)
    assert all(permission.reads.endswith(".") for permission in ALL)


def test_every_permission_in_use_is_on_the_map(app: Flask) -> None:
    used = {permission for name in app.view_functions if (permission := permission_of(app, name)) is not None}

    assert used <= set(ALL)


def doors(app: Flask) -> list[str]:
    """Every address that can be opened without knowing anything."""
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint != "static"
    )


def wrong_answers(app: Flask, visitor: Pages, who: Actor) -> list[str]:
    """Doors that answered this visitor otherwise than their permission says."""
    found = []
    for path in doors(app):
        endpoint, _values = app.url_map.bind("").match(path, method="GET")
        permission = permission_of(app, endpoint)
        assert permission is not None
        refusal = permission.refusal(who)
        status = visitor.raw(path).status_code
        if refusal is None:
            fits = status < 300 or status in MAY_BE_ELSEWHERE
        else:
            fits = status == 404 if refusal.status == 404 else status in {303, refusal.status}
        if not fits:
            found.append(f"{path}: {status}, but {permission.name} says {type(refusal).__name__}")
    return found


def everybody() -> list[tuple[Account | None, bool]]:
    """One of each: nobody, a confirmed address, a resident, each role with and without its second factor."""
    people: list[tuple[Account | None, bool]] = [(None, False), (an_account(), False), (a_resident(), False)]
    for role in Role:
        account = staff(role)
        people += [(account, True), (account, False)]
    return people


def test_z01_every_door_answers_as_its_permission_says_to_everybody(app: Flask, pages: Pages, db: Session) -> None:
    if db.get_bind().dialect.name != "sqlite":
        pytest.skip("some 2,000 pages: who may come in does not depend on the database")
    found = []
    for account, second_factor in everybody():
        visitor = pages.as_(account, second_factor=second_factor)
        who = NOBODY
        if account is not None:
            known = acting(account)
            who = Actor(known.id, known.display_name, known.level, known.grants, second_factor, known.is_fresh)
        found += [f"{sorted(who.roles)} {second_factor}: {fault}" for fault in wrong_answers(app, visitor, who)]
    assert not found


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "PUT", "DELETE"])
def test_w14_a_method_that_no_route_has_is_refused(pages: Pages, method: str) -> None:
    assert pages.client.open("/", method=method).status_code in {405, 404, 501}


if __name__ == "__main__":
    made = create_app(Settings(SECRET_KEY="s" * 40, IDENTITY_KEY="i" * 40, DEMO=True), engine=make_engine("sqlite://"))
    TABLE.write_text("\n".join(rows(made)) + "\n", "utf-8")
