"""The one permission map: who may do what, read aloud. Pages, API, feeds, exports, jobs and mails all ask here.

A permission is about the role of who asks. Area and phase are asked by the rule itself, which has the thing at hand.
"""

from collections.abc import Callable

from spreekt.kernel.actor import Actor, Role
from spreekt.kernel.errors import (
    DomainError,
    Forbidden,
    NeedsFreshSignIn,
    NeedsResidence,
    NeedsSecondFactor,
    NeedsSignIn,
)
from spreekt.web.rights import Permission

Refusal = Callable[[Actor], DomainError | None]


def _anyone(_who: Actor) -> DomainError | None:
    return None


def _signed_in(who: Actor) -> DomainError | None:
    return None if who.is_signed_in else NeedsSignIn()


def _resident(who: Actor) -> DomainError | None:
    if not who.is_signed_in:
        return NeedsSignIn()
    return None if who.is_resident else NeedsResidence()


def _own_account(who: Actor) -> DomainError | None:
    if not who.is_signed_in:
        return NeedsSignIn()
    if who.is_staff and not who.has_second_factor:
        return NeedsSecondFactor()
    return None if who.is_fresh else NeedsFreshSignIn()


def _staff(*roles: Role, fresh: bool = False) -> Refusal:
    def refusal(who: Actor) -> DomainError | None:
        if not who.is_signed_in:
            return NeedsSignIn()
        if not who.has(*roles):
            return Forbidden()
        if who.is_staff and not who.has_second_factor:
            return NeedsSecondFactor()
        return NeedsFreshSignIn() if fresh and not who.is_fresh else None

    return refusal


STAFF = tuple(role for role in Role if role is not Role.JUROR)

ANYONE = Permission("anyone", "Anyone may read what is public.", _anyone)
SIGNED_IN = Permission("signed-in", "Whoever signed in sees and changes what is theirs, and writes.", _signed_in)
OWN_ACCOUNT = Permission(
    "own-account", "Whoever signed in just now, staff with their second step, changes how they sign in.", _own_account
)
RESIDENT = Permission("resident", "Whoever showed that they live here supports and votes.", _resident)
ANY_STAFF = Permission("any-staff", "Staff see what waits for them.", _staff(*STAFF))
JUDGE = Permission(
    "judge", "Moderators judge what residents submit; area workers do so in their areas.",
    _staff(Role.MODERATOR, Role.AREA_WORKER),
)  # fmt: skip
ANSWER = Permission(
    "answer",
    "Services and area workers answer proposals in the city's name.",
    _staff(Role.SERVICE, Role.AREA_WORKER),
)
SCREEN_DOSSIERS = Permission(
    "screen-dossiers", "Area workers and administrators judge what groups hand in for a budget round.",
    _staff(Role.AREA_WORKER, Role.ADMIN),
)  # fmt: skip
ADVISE = Permission(
    "advise", "Services and advisers give the advice they are asked for.", _staff(Role.SERVICE, Role.ADVISER)
)
FOLLOW_PROJECTS = Permission(
    "follow-projects", "Area workers, administrators and services follow the projects that won a budget round.",
    _staff(Role.AREA_WORKER, Role.ADMIN, Role.SERVICE),
)  # fmt: skip
SEE_PITS = Permission(
    "see-pits", "Services, area workers and publishers see who asks for a tree pit.",
    _staff(Role.SERVICE, Role.AREA_WORKER, Role.PUBLISHER),
)  # fmt: skip
TEND_PITS = Permission(
    "tend-pits",
    "Services and area workers look after tree pits and what is reported about them.",
    _staff(Role.SERVICE, Role.AREA_WORKER),
)
KEEP_PITS = Permission("keep-pits", "Services keep the tree file, its places and the rules.", _staff(Role.SERVICE))
RUN_ROUNDS = Permission("run-rounds", "Administrators prepare budget rounds.", _staff(Role.ADMIN))
SEE_ROUNDS = Permission(
    "see-rounds", "Administrators, publishers and auditors see how rounds stand.",
    _staff(Role.ADMIN, Role.PUBLISHER, Role.AUDITOR),
)  # fmt: skip
VOTE_LETTERS = Permission(
    "vote-letters", "Administrators ask for letters with a code, the register keeper has them made.",
    _staff(Role.ADMIN, Role.REGISTER),
)  # fmt: skip
COUNT_BUDGET_PAPER = Permission(
    "count-budget-paper", "Publishers and desk officers type paper ballots of a budget round, two of them apart.",
    _staff(Role.PUBLISHER, Role.DESK),
)  # fmt: skip
SIGN_FOR_JURY = Permission(
    "sign-for-jury", "Administrators and publishers, freshly signed in, are the second of two for a jury.",
    _staff(Role.ADMIN, Role.PUBLISHER, fresh=True),
)  # fmt: skip
JUDGE_AS_JUROR = Permission(
    "judge-as-juror", "Jurors score the projects of their own round.", _staff(Role.JUROR)
)  # fmt: skip
PUBLISH = Permission("publish", "Publishers publish results, freshly signed in.", _staff(Role.PUBLISHER, fresh=True))
COUNT_BUDGET = Permission(
    "count-budget", "Staff with another task than running rounds hold a key to the ballots of a round.",
    _staff(Role.PUBLISHER, Role.AUDITOR, Role.DESK, Role.REGISTER, Role.REFERENDUM, Role.MODERATOR),
)  # fmt: skip
RUN_REFERENDA = Permission("run-referenda", "Referendum managers prepare and run referenda.", _staff(Role.REFERENDUM))
SEE_REFERENDA = Permission(
    "see-referenda", "Managers, publishers, the register keeper and auditors see how referenda stand.",
    _staff(Role.REFERENDUM, Role.PUBLISHER, Role.REGISTER, Role.AUDITOR),
)  # fmt: skip
COUNT_PAPER = Permission(
    "count-paper", "Managers, publishers and desk officers count paper ballots, two of them apart.",
    _staff(Role.REFERENDUM, Role.PUBLISHER, Role.DESK),
)  # fmt: skip
TWO_PEOPLE = Permission(
    "two-people", "Two people, freshly signed in, open, close and proclaim a referendum.",
    _staff(Role.REFERENDUM, Role.PUBLISHER, Role.REGISTER, fresh=True),
)  # fmt: skip
DESK = Permission("desk", "Desk officers help residents who come by.", _staff(Role.DESK))
KEEP_REGISTER = Permission("keep-register", "The register keeper imports the register and sorts out cases.",
                           _staff(Role.REGISTER))  # fmt: skip
AUDIT = Permission("audit", "Auditors and administrators read the log.", _staff(Role.AUDITOR, Role.ADMIN))
ADMINISTER = Permission("administer", "Administrators see accounts, areas and failed messages.", _staff(Role.ADMIN))
HANDLE_STREETS = Permission(
    "handle-streets", "Area workers handle requests and committees of streets in their areas.",
    _staff(Role.AREA_WORKER),
)  # fmt: skip
HELP_STREETS = Permission(
    "help-streets", "Area workers and desk officers fill in a request for a resident who comes by.",
    _staff(Role.AREA_WORKER, Role.DESK),
)  # fmt: skip
ADVISE_STREETS = Permission(
    "advise-streets", "Advisers and services advise on requests of streets that they are asked about.",
    _staff(Role.ADVISER, Role.SERVICE),
)  # fmt: skip
LEND = Permission("lend", "Services lend things to streets and take them back.", _staff(Role.SERVICE))
PAY = Permission("pay", "Finance sees bank accounts and pays grants, freshly signed in.",
                 _staff(Role.FINANCE, fresh=True))  # fmt: skip
GRANT_ROLES = Permission("grant-roles", "Administrators grant and take roles, freshly signed in.",
                         _staff(Role.ADMIN, fresh=True))  # fmt: skip

ALL = (
    ANYONE, SIGNED_IN, OWN_ACCOUNT, RESIDENT, ANY_STAFF, JUDGE, ANSWER, SCREEN_DOSSIERS, ADVISE, FOLLOW_PROJECTS,
    SEE_PITS, TEND_PITS, KEEP_PITS, RUN_ROUNDS, SEE_ROUNDS, VOTE_LETTERS, COUNT_BUDGET_PAPER, SIGN_FOR_JURY,
    JUDGE_AS_JUROR, PUBLISH, COUNT_BUDGET, DESK, KEEP_REGISTER,
    RUN_REFERENDA, SEE_REFERENDA, COUNT_PAPER, TWO_PEOPLE, AUDIT, ADMINISTER, HANDLE_STREETS, HELP_STREETS,
    ADVISE_STREETS, LEND, PAY, GRANT_ROLES,
)  # fmt: skip
