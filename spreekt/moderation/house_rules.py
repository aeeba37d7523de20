"""The house rules and the reasons that follow from them, as a city may rewrite them. Who applies them is not here."""

from dataclasses import dataclass

from spreekt.kernel.errors import N_, Invalid


@dataclass(frozen=True, slots=True)
class HouseRule:
    """One rule as residents read it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why staff decide, or why a reader reports: a code for the log, words, the rule it rests on."""

    code: str
    label: str
    rule: str
    acts: frozenset[str]
    """The decisions it fits."""
    is_for_readers: bool = False
    """Whether somebody who reports may choose it."""


RESPECT = HouseRule(N_("Blijf respectvol"), N_("Je mag het oneens zijn. Schelden, pesten of kleineren kan niet."))
ON_TOPIC = HouseRule(N_("Blijf bij het onderwerp"), N_("Reageer op wat er staat. Begin iets nieuws op de juiste plek."))
PRIVACY = HouseRule(
    N_("Bescherm ieders privacy"),
    N_("Zet geen namen, adressen, telefoonnummers of foto's van anderen in je tekst. Ook die van jezelf liever niet."),
)
NO_ADS = HouseRule(N_("Maak geen reclame"), N_("Teksten en links die iets verkopen, halen we weg."))
NO_HATE = HouseRule(
    N_("Roep niet op tot haat of geweld"),
    N_("Je valt niemand aan om wie die is. Strafbare teksten halen we meteen weg."),
)
NO_PARTY = HouseRule(
    N_("Voer geen campagne"), N_("Een voorstel dient de buurt, niet een politieke partij of een kandidaat.")
)
FITTING = HouseRule(
    N_("Maak duidelijk wat je voorstelt"), N_("Zeg wat, waar en voor wie. De stad moet het kunnen en mogen doen.")
)

RULES = (RESPECT, ON_TOPIC, PRIVACY, NO_ADS, NO_HATE, NO_PARTY, FITTING)

_NO = frozenset({"ask_changes", "reject", "hide"})
REASONS = (
    Reason("onbeleefd", N_("Onbeleefd of kwetsend"), RESPECT.title, _NO, True),
    Reason("naast-de-kwestie", N_("Gaat niet over het onderwerp"), ON_TOPIC.title, _NO, True),
    Reason("privacy", N_("Gegevens van iemand anders"), PRIVACY.title, _NO, True),
    Reason("reclame", N_("Reclame of spam"), NO_ADS.title, _NO, True),
    Reason("haat", N_("Haat of geweld"), NO_HATE.title, _NO, True),
    Reason("partijpolitiek", N_("Campagne voor een partij"), NO_PARTY.title, _NO, True),
    Reason("onduidelijk", N_("Nog niet duidelijk genoeg"), FITTING.title, frozenset({"ask_changes"})),
    Reason("onvolledig", N_("Er ontbreekt iets"), FITTING.title, frozenset({"ask_changes", "reject"})),
    Reason("dubbel", N_("Staat er al"), ON_TOPIC.title, frozenset({"reject", "hide"}), True),
    Reason("buiten-de-stad", N_("Niet op het grondgebied van de stad"), FITTING.title, frozenset({"reject"})),
    Reason("niet-bevoegd", N_("De stad kan of mag dit niet doen"), FITTING.title, frozenset({"reject"})),
    Reason("nieuw-nazicht", N_("Na nieuw nazicht in orde"), N_("Nieuw nazicht"), frozenset({"restore"})),
    Reason("aangepast", N_("Het probleem is opgelost"), N_("Nieuw nazicht"), frozenset({"restore"})),
)


class Reasons(dict[str, Reason]):
    """Reasons by code. A code of rules that no longer hold still has a name, so that old decisions stay readable."""

    def __missing__(self, code: str) -> Reason:
        return Reason(code, code.replace("-", " ").capitalize(), N_("Een eerdere huisregel"), frozenset())


BY_CODE = Reasons({reason.code: reason for reason in REASONS})
FOR_READERS = tuple(reason for reason in REASONS if reason.is_for_readers)


def reason_for(code: str, act: str) -> Reason:
    """The reason with this code, if it fits the decision; Invalid otherwise."""
    reason = BY_CODE.get(code)
    if reason is None or act not in reason.acts:
        raise Invalid(N_("Kies een reden die bij deze beslissing past."))
    return reason


def readers_reason(code: str) -> Reason:
    """The reason a reader gives, or Invalid."""
    reason = BY_CODE.get(code)
    if reason is None or not reason.is_for_readers:
        raise Invalid(N_("Kies waarom je dit meldt."))
    return reason
