"""Passwords that everybody tries first are refused; sentences of one's own are not."""

import pytest

from spreekt.identity.accounts import PASSWORD_LEAST, hashed
from spreekt.identity.common_passwords import expanded, is_common
from spreekt.kernel.errors import Invalid


def test_three_thousand_common_passwords_of_allowed_length_are_refused():
    written_out = {password for password in expanded() if len(password) >= PASSWORD_LEAST}

    assert len(written_out) >= 3_000
    assert [password for password in written_out if not is_common(password)] == []


@pytest.mark.parametrize(
    "password",
    [
        "1234567890", "0987654321", "qwertyuiop", "azertyuiop", "Azerty123456", "1q2w3e4r5t6y", "qwerty123456",
        "aaaaaaaaaa", "abcabcabcabc", "1111111111a", "Password123", "P@ssw0rd2026", "Wachtwoord1!", "mijnwachtwoord",
        "Welkom2026!", "W3lk0m12345", "Kortrijk8500", "kortrijk-2026", "Zomer2026!!", "November2026", "Sofie19850730",
        "jeroenjeroen", "IloveYou1234", "anderlecht1908", "Voetbal12345", "abcdefghijkl", "30071985300",
        "Burgerbudget1",
    ],
)  # fmt: skip
def test_what_a_guesser_tries_first_is_refused(password):
    assert is_common(password)

    with pytest.raises(Invalid):
        hashed(password)


@pytest.mark.parametrize(
    "password",
    [
        "drie fietsen op de leie", "paardbatterijnietje", "Xk9#mQ2vLp7w", "mijn tante bakt taart", "kortrijk-demo-2026",
        "groene paraplu 7", "tGv-9wq-Zr4", "het regent in heule",
    ],
)  # fmt: skip
def test_what_nobody_guesses_is_accepted(password):
    assert not is_common(password)
