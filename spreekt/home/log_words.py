"""The acts of the staff log in Dutch words, for the page of the log and for the person an act is about."""

from flask_babel import gettext as _

from spreekt.kernel.errors import N_

ACTS = {
    "account.erase": N_("Account verwijderd"),
    "account.disable": N_("Account geblokkeerd"),
    "account.enable": N_("Account weer opengezet"),
    "role.grant": N_("Rol gegeven"),
    "role.take": N_("Rol weggenomen"),
    "second-factor.set": N_("Tweede stap ingesteld"),
    "second-factor.reset": N_("Tweede stap gewist"),
    "letter.replacement-asked": N_("Nieuwe brief met code gevraagd"),
    "letter.replaced": N_("Brief met code vervangen"),
    "register.imported": N_("Register ingelezen"),
    "register.looked-up": N_("Opgezocht in het register"),
    "residency.proven-at-desk": N_("Aan het loket bewezen dat iemand hier woont"),
    "territory.imported": N_("Gebieden of straten ingelezen"),
    "message.retry": N_("Mislukt bericht opnieuw geprobeerd"),
    "message.retry-all": N_("Alle mislukte berichten opnieuw geprobeerd"),
    "round.create": N_("Ronde gemaakt"),
    "round.change": N_("Ronde veranderd"),
    "round.prepare": N_("Ronde voorbereid"),
    "round.publish": N_("Uitslag van een ronde gepubliceerd"),
    "project.change": N_("Project veranderd"),
    "voorstel.answer": N_("Voorstel beantwoord"),
    "street-advice.link-used": N_("Advies gegeven met een eigen link"),
    "street-grant.iban-seen": N_("Rekeningnummer van een toelage bekeken"),
    "street-steward.confirmed": N_("Peter of meter bevestigde"),
    "street-steward.declined": N_("Peter of meter zei nee"),
    "consent-survey.printed": N_("Kaarten van een bevraging gedrukt"),
    "consent-survey.paper": N_("Antwoord op papier ingevoerd"),
    "consent-survey.closed": N_("Bevraging geteld"),
    "committee.propose": N_("Comité voorgesteld"),
    "committee.contact-changed": N_("Contactpersoon van een comité vervangen"),
    "committee-letter.sent": N_("Bericht naar de comités van een gebied"),
}
STEPS = {
    "submit": N_("ingediend"),
    "withdraw": N_("ingetrokken"),
    "publish": N_("gepubliceerd"),
    "ask_changes": N_("aanpassing gevraagd"),
    "reject": N_("afgewezen"),
    "hide": N_("verborgen"),
    "restore": N_("teruggezet"),
    "assign": N_("toegewezen"),
    "uphold": N_("gegrond verklaard"),
    "dismiss": N_("ongegrond verklaard"),
    "keep": N_("behouden"),
    "move": N_("verplaatst"),
    "ask-more": N_("aanpassing gevraagd"),
    "note": N_("kennis genomen"),
    "ask-advice": N_("advies gevraagd"),
    "ask": N_("gevraagd"),
    "positive": N_("gunstig"),
    "limited": N_("gunstig met voorwaarden"),
    "negative": N_("ongunstig"),
    "pass-by": N_("zonder antwoord voorbij"),
    "drop": N_("niet meer nodig"),
    "survey": N_("buren bevraagd"),
    "to-college": N_("voorgelegd aan het college"),
    "queue": N_("op de wachtlijst gezet"),
    "grant": N_("toegestaan"),
    "grant-with": N_("toegestaan met voorwaarden"),
    "refuse": N_("geweigerd"),
    "prepare": N_("klaargezet"),
    "hold": N_("in wacht gezet"),
    "end": N_("beëindigd"),
    "report": N_("verslag ontvangen"),
    "close": N_("afgesloten"),
    "cancel": N_("stopgezet"),
    "expire": N_("vervallen"),
    "lapse": N_("vervallen"),
    "promise": N_("toegezegd"),
    "pay-half": N_("voor de helft betaald"),
    "settle": N_("afgerekend"),
    "pay": N_("betaald"),
    "reserve": N_("gereserveerd"),
    "release": N_("vrijgegeven"),
    "give-out": N_("meegegeven"),
    "take-back": N_("teruggenomen"),
    "confirm": N_("bevestigd"),
    "recognise": N_("erkend"),
    "wake": N_("weer actief"),
    "sleep": N_("slapend"),
}
THINGS = {
    "report": N_("melding"),
    "identity-case": N_("dossier over een account"),
    "round": N_("ronde"),
    "street-request": N_("aanvraag"),
    "street-advice": N_("advies"),
    "street-grant": N_("toelage"),
    "loan": N_("materiaal"),
    "committee": N_("comité"),
}


def words_for(act: str) -> str:
    """An act in words; one that has no words yet shows its code."""
    if act in ACTS:
        said: str = _(ACTS[act])
        return said
    thing, _dot, step = act.partition(".")
    if step not in STEPS:
        return act
    return f"{_(THINGS.get(thing, thing)).capitalize()} {_(STEPS[step])}"
