"""Bank accounts: which can be right, how they are kept, and that only finance opens them."""

import pytest
from sqlalchemy import select

from spreekt.kernel import audit
from spreekt.kernel.actor import Role
from spreekt.kernel.errors import DomainError, Forbidden
from spreekt.payouts.accounts import bank_account, opened, sealed
from spreekt.payouts.iban import clean_iban
from tests.builders import acting, staff


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("BE68 5390 0754 7034", True),
        ("be68539007547034", True),
        ("BE69 5390 0754 7034", False),
        ("NL91 ABNA 0417 1643 00", True),
        ("BE68 5390", False),
        ("", False),
    ],
)
def test_a_bank_account_has_its_check(text: str, fits: bool) -> None:
    try:
        assert clean_iban(text)
        assert fits
    except DomainError:
        assert not fits


def test_an_account_is_kept_sealed_and_only_its_end_is_shown(vault) -> None:
    account = bank_account("BE68 5390 0754 7034", "  Ine   Vermeersch ")

    kept = sealed(vault, "test", account)

    assert "68539007547034" not in kept
    assert len(kept) == len(sealed(vault, "test", bank_account("NL91ABNA0417164300")))
    assert (account.last_four, account.holder, account.in_fours) == ("7034", "Ine Vermeersch", "BE68 5390 0754 7034")


@pytest.mark.parametrize("role", list(Role))
def test_only_finance_opens_it_and_that_is_written_down(db, vault, role) -> None:
    account = bank_account("BE68539007547034", "Ine Vermeersch")
    kept = sealed(vault, "test", account)
    asked = {"act": "test.iban-seen", "subject": "test:1", "module": "burgerbudget", "by": acting(staff(role))}

    if role is Role.FINANCE:
        assert opened(db, vault, "test", kept, **asked) == account
        assert db.scalars(select(audit.LogEntry.act)).all() == ["test.iban-seen"]
    else:
        with pytest.raises(Forbidden):
            opened(db, vault, "test", kept, **asked)
