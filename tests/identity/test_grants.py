"""Roles, switching accounts off and lost second steps: who may not, what it ends, and what the log says."""

import pytest
from sqlalchemy import select

from spreekt.identity import grants
from spreekt.identity.grants import AlreadyGranted, LastAdministrator, OwnAccount
from spreekt.identity.models import RoleGrant, SignInSession
from spreekt.kernel import audit
from spreekt.kernel.actor import SYSTEM, Role
from spreekt.kernel.audit import LogEntry
from tests.builders import NOON, acting, an_account, an_area, staff

EVERYWHERE = {"area_id": None, "module": "", "reason": "Nieuwe collega", "now": NOON}


@pytest.fixture
def boss(db):
    return staff(Role.ADMIN, name="Baas")


def grant_of(db, account):
    return db.scalars(select(RoleGrant).where(RoleGrant.account_id == account.id)).one()


def test_a_role_is_granted_and_the_log_says_who_to_whom_and_why(db, boss):
    ine, heule = an_account(), an_area("Heule")

    grants.grant_role(db, ine, Role.AREA_WORKER, by=acting(boss), **(EVERYWHERE | {"area_id": heule.id}))

    grant = grant_of(db, ine)
    assert (grant.role, grant.area_id, grant.granted_by_id) == (Role.AREA_WORKER, heule.id, boss.id)
    entry = db.scalars(select(LogEntry)).one()
    assert (entry.actor_id, entry.act, entry.about_account_id, entry.reason) == (
        boss.id, "role.granted", ine.id, "Nieuwe collega",
    )  # fmt: skip
    assert entry.subject == f"account:{ine.id} role:gebiedswerker area:{heule.id}"
    assert list(audit.faults(db)) == []


@pytest.mark.parametrize("act", ["grant", "take", "off", "reset"])
def test_a07_every_change_of_rights_ends_their_sessions(db, pages, boss, act):
    person = staff(Role.MODERATOR)
    browser, before = pages.as_(person), person.epoch

    if act == "grant":
        grants.grant_role(db, person, Role.SERVICE, by=acting(boss), **EVERYWHERE)
    elif act == "take":
        grants.take_role(db, person, grant_of(db, person), reason="weg", by=acting(boss))
    elif act == "off":
        grants.switch_off(db, person, reason="misbruik", by=acting(boss), now=NOON)
    else:
        grants.reset_second_factor(db, person, reason="telefoon kwijt", by=acting(boss))
    db.commit()

    assert person.epoch == before + 1
    assert db.scalars(select(SignInSession).where(SignInSession.account_id == person.id)).all() == []
    assert browser.raw("/mijn/toestellen").status_code == 303


def test_nobody_changes_their_own_rights(db, boss):
    staff(Role.ADMIN)
    me = acting(boss)

    for act in (
        lambda: grants.grant_role(db, boss, Role.PUBLISHER, by=me, **EVERYWHERE),
        lambda: grants.take_role(db, boss, grant_of(db, boss), reason="x", by=me),
        lambda: grants.switch_off(db, boss, reason="x", by=me, now=NOON),
        lambda: grants.switch_on(db, boss, reason="x", by=me),
        lambda: grants.reset_second_factor(db, boss, reason="x", by=me),
    ):
        with pytest.raises(OwnAccount):
            act()

    assert db.scalars(select(LogEntry)).all() == []


def test_the_last_administrator_stays(db, boss):
    staff(Role.ADMIN, module="burgerbudget")
    staff(Role.ADMIN, disabled_at=NOON)

    with pytest.raises(LastAdministrator):
        grants.take_role(db, boss, grant_of(db, boss), reason="x", by=SYSTEM)
    with pytest.raises(LastAdministrator):
        grants.switch_off(db, boss, reason="x", by=SYSTEM, now=NOON)


def test_one_of_two_administrators_can_go(db, boss):
    other = staff(Role.ADMIN)

    grants.take_role(db, boss, grant_of(db, boss), reason="andere baan", by=acting(other))
    db.flush()

    assert db.scalars(select(RoleGrant).where(RoleGrant.account_id == boss.id)).all() == []


def test_the_same_role_is_not_granted_twice_in_one_place(db, boss):
    ine = an_account()
    grants.grant_role(db, ine, Role.MODERATOR, by=acting(boss), **EVERYWHERE)

    with pytest.raises(AlreadyGranted):
        grants.grant_role(db, ine, Role.MODERATOR, by=acting(boss), **EVERYWHERE)

    grants.grant_role(db, ine, Role.MODERATOR, by=acting(boss), **(EVERYWHERE | {"module": "voorstellen"}))


def test_an_account_can_be_switched_on_again(db, boss):
    ine = an_account(disabled_at=NOON)

    grants.switch_on(db, ine, reason="vergissing", by=acting(boss))

    assert ine.may_sign_in
    assert db.scalars(select(LogEntry.act)).all() == ["account.enabled"]
