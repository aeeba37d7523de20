"""What rules, checks and questions are called in Dutch. What they mean is in rules/."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from spreekt.kernel.dutch import day, percent, plural
from spreekt.modules.gezellige_wijk.case_models import AdviceState
from spreekt.modules.gezellige_wijk.models import StreetRequest
from spreekt.modules.gezellige_wijk.rules.checks import Check, Verdict
from spreekt.modules.gezellige_wijk.rules.regulation import Notice, Regulation, Silence, When

STEP_WORDS = {
    "plaats": _l("Waar?"),
    "wanneer": _l("Wanneer?"),
    "straat": _l("De straat"),
    "meters": _l("Peters en meters"),
    "praktisch": _l("Praktisch"),
    "materiaal": _l("Materiaal"),
    "toelage": _l("Toelage"),
    "meer": _l("Nog iets"),
}
STEP_TITLES = {
    "plaats": _l("Waar is het?"),
    "wanneer": _l("Wanneer is het?"),
    "straat": _l("Gaat de straat dicht?"),
    "meters": _l("Wie houdt een oogje in het zeil?"),
    "praktisch": _l("Wat gebeurt er en met hoeveel mensen?"),
    "materiaal": _l("Wat wil je lenen van de stad?"),
    "toelage": _l("Vraag je een toelage?"),
    "meer": _l("Nog enkele vragen"),
}
STEP_OF_CHECK = {
    "place": "plaats", "excluded": "plaats", "days": "wanneer", "notice": "wanneer", "period": "wanneer",
    "hours": "wanneer", "season": "wanneer", "closure": "straat", "speed": "straat", "residential": "straat",
    "through": "straat", "bus": "straat", "stewards": "meters", "contacts": "meters",
    "insurance": "praktisch", "more": "meer",
}  # fmt: skip
"""Where the applicant mends it."""
VERDICT_WORDS = {
    Verdict.MET: _l("In orde"),
    Verdict.MISSING: _l("Ontbreekt nog"),
    Verdict.LATE: _l("Te laat"),
    Verdict.BROKEN: _l("Mag niet"),
    Verdict.TO_CHECK: _l("We kijken het na"),
    Verdict.LATER: _l("Komt later"),
}
VERDICT_LOOKS = {
    Verdict.MET: "done", Verdict.MISSING: "draft", Verdict.LATE: "waiting", Verdict.BROKEN: "refused",
    Verdict.TO_CHECK: "waiting", Verdict.LATER: "open",
}  # fmt: skip
ADVICE_WORDS = {
    AdviceState.WAITING: _l("Nog niet gevraagd"),
    AdviceState.ASKED: _l("Gevraagd"),
    AdviceState.POSITIVE: _l("Gunstig"),
    AdviceState.LIMITED: _l("Gunstig met voorwaarden"),
    AdviceState.NEGATIVE: _l("Ongunstig"),
    AdviceState.SILENT: _l("Geen antwoord op tijd"),
    AdviceState.DROPPED: _l("Niet meer nodig"),
}
ADVICE_LOOKS = {
    AdviceState.WAITING: "draft", AdviceState.ASKED: "waiting", AdviceState.POSITIVE: "done",
    AdviceState.LIMITED: "done", AdviceState.NEGATIVE: "refused", AdviceState.SILENT: "closed",
    AdviceState.DROPPED: "closed",
}  # fmt: skip
WHEN_WORDS = {
    When.CLOSURE: _l("als de straat dichtgaat"),
    When.NO_CLOSURE: _l("als de straat open blijft"),
    When.GRANT: _l("als je een toelage vraagt"),
    When.MATERIAL: _l("als je materiaal leent"),
}
INSURANCE_WORDS = {
    "stad": _l("Ja, via de stad"),
    "gvvw": _l("Ja, via de gratis verzekering voor vrijwilligers (GVVW)"),
    "eigen": _l("Ja, via een eigen polis"),
    "onnodig": _l("Nee, dat is hier niet nodig: we sluiten niets af en schenken niets"),
}


def sentence(check: Check) -> str:
    """One check in a sentence that says what is asked, and by when."""
    return str(_SENTENCES[check.code](check))


def _period(check: Check) -> str:
    month, weekends, weekdays = (int(need) for need in check.needs)
    ways = [
        words
        for number, words in (
            (month, _("hoogstens %(n)s dagen na elkaar", n=month)),
            (weekends, _("hoogstens %(n)s", n=plural(weekends, _("weekend"), _("weekends")))),
            (weekdays, _("hoogstens %(n)s per week", n=plural(weekdays, _("vaste dag"), _("vaste dagen")))),
        )
        if number
    ]
    return str(_("Kies %(ways)s.", ways=_(", of ").join(ways)))


def _notice(check: Check) -> str:
    amount, unit = int(check.needs[0]), str(check.needs[1])
    one = {"dagen": _("dag"), "weken": _("week"), "maanden": _("maand")}[unit]
    term = plural(amount, one, unit)
    by = day(check.by) if check.by else ""
    if check.verdict is Verdict.LATE:
        late = _("Je moest dit minstens %(term)s vooraf vragen, ten laatste op %(by)s.", term=term, by=by)
        return f"{late} {_('Je mag je aanvraag toch versturen: je gebiedswerker bekijkt of het nog lukt.')}"
    return str(_("Vraag dit minstens %(term)s vooraf, ten laatste op %(by)s.", term=term, by=by))


def _stewards(check: Check) -> str:
    need, sure = int(check.needs[0]), int(check.needs[1])
    who = plural(need, _("peter of meter"), _("peters of meters"))
    words = _("Er zijn minstens %(who)s nodig, die elk zelf bevestigen. Nu bevestigd: %(sure)s.", who=who, sure=sure)
    return str(words)


def _contacts(check: Check) -> str:
    need, sure = str(check.needs[0]), str(check.needs[1])
    words = _("Een comité heeft minstens %(n)s contactpersonen, die elk zelf bevestigen.", n=need)
    return f"{words} {_('Nu bevestigd: %(sure)s.', sure=sure)}"


def _consent(check: Check) -> str:
    share, least = str(check.needs[0]), int(check.needs[1])
    parts = []
    if share:
        parts.append(_("Minstens %(share)s van de adressen moet akkoord gaan.", share=share))
    if least:
        parts.append(_("Minstens %(least)s adressen moeten antwoorden.", least=least))
    return " ".join([*parts, _("We vragen de buren na een gunstig advies.")])


_SENTENCES = {
    "place": lambda check: _("Kies de straat en de huisnummers."),
    "days": lambda check: _("Kies de dag of dagen, en de uren. De eerste dag ligt in de toekomst."),
    "notice": _notice,
    "period": _period,
    "hours": lambda check: _("Het kan tussen %(early)s en %(late)s uur.", early=check.needs[0], late=check.needs[1]),
    "season": lambda check: _("Het kan in %(months)s.", months=check.needs[0]),
    "closure": lambda check: _("Zeg of de straat dichtgaat."),
    "excluded": lambda check: _("De straat staat niet op de lijst van straten waar het nooit kan."),
    "speed": lambda check: _("Men mag er niet sneller dan %(most)s km per uur rijden.", most=check.needs[0]),
    "residential": lambda check: _("Er wordt vooral gewoond."),
    "through": lambda check: _("Er is geen belangrijk doorgaand verkeer."),
    "bus": lambda check: _("Er rijdt geen bus door de straat."),
    "stewards": _stewards,
    "contacts": _contacts,
    "insurance": lambda check: _("Zeg hoe jullie verzekerd zijn."),
    "more": lambda check: _("Beantwoord de vragen die alleen over deze soort aanvraag gaan."),
    "consent": _consent,
}


def terms_of(rule: Regulation) -> list[tuple[str, str]]:
    """One regulation as pairs of words, to compare it with another."""
    consent = rule.consent
    asked = _("niet vastgelegd")
    if consent is not None:
        share = percent(float(consent.share), 0) if consent.share is not None else ""
        more = _("meer dan %(share)s", share=share) if consent.more_than else share
        asked = more or _("minstens %(least)s antwoorden", least=consent.least_answers)
        if consent.silence is Silence.NO:
            asked += " " + _("(niet antwoorden telt als nee)")
    notices = [_notice_in_words(notice) for notice in rule.notices]
    return [
        (_("Akkoord van de buren"), asked),
        (_("Peters of meters"), str(rule.stewards_least or _("niet vastgelegd"))),
        (_("Vooraf aanvragen"), ", ".join(notices) or _("niet vastgelegd")),
        (_("Periodes"), rule.periods.words or _numbers(rule)),
        (_("Bron"), rule.source),
    ]


def _notice_in_words(notice: Notice) -> str:
    one = {"dagen": _("dag"), "weken": _("week"), "maanden": _("maand")}[notice.unit.value]
    term = plural(notice.amount, one, notice.unit.value)
    return f"{term} ({WHEN_WORDS[notice.when]})" if notice.when in WHEN_WORDS else term


def _numbers(rule: Regulation) -> str:
    periods = rule.periods
    if not (periods.longest_days or periods.weekends or periods.days_a_week):
        return str(_("niet vastgelegd"))
    needs = (periods.longest_days or 0, periods.weekends or 0, periods.days_a_week or 0)
    return _period(Check("period", Verdict.MET, needs=needs))


def step_words_of(request: StreetRequest) -> dict[str, object]:
    """What each screen is called; who keeps an eye on a party, speaks for a committee."""
    return STEP_WORDS | ({"meters": _("Contactpersonen")} if request.founds_committee else {})


def step_titles_of(request: StreetRequest) -> dict[str, object]:
    """What each screen asks."""
    return STEP_TITLES | ({"meters": _("Wie spreekt voor het comité?")} if request.founds_committee else {})
