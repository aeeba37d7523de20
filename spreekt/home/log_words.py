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
    "boomspiegel.imported": N_("Bomenbestand ingelezen"),
    "adoptie.nest-box": N_("Vogelkastje opgehangen"),
    "adoptie.drought": N_("Oproep bij droogte verstuurd"),
    "adoption-regulation.new": N_("Nieuwe versie van het reglement voor boomspiegels"),
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
    "request": N_("in aanvraag"),
    "adopt": N_("geadopteerd"),
    "free": N_("vrijgekomen"),
    "pause": N_("tijdelijk stilgezet"),
    "refuse": N_("geweigerd"),
    "allow": N_("weer toegelaten"),
    "back_in_request": N_("weer in aanvraag"),
    "back_in_care": N_("weer in zorg"),
    "remove": N_("weggenomen"),
    "return": N_("teruggekomen"),
    "queue": N_("op de wachtlijst gezet"),
    "offer": N_("aangeboden"),
    "accept": N_("aanvaard"),
    "expire": N_("verlopen"),
    "mend": N_("aangepast"),
    "advise": N_("van advies voorzien"),
    "approve": N_("goedgekeurd"),
    "take_over": N_("overgenomen"),
    "missed": N_("zonder antwoord gebleven"),
    "visit": N_("te bezoeken"),
    "answer": N_("beantwoord"),
    "warn": N_("verwittigd"),
    "lapse": N_("vervallen"),
    "end_by_city": N_("beëindigd door de stad"),
    "hand_over": N_("doorgegeven"),
    "end": N_("beëindigd"),
    "end_by_works": N_("beëindigd: plek weg of niet geschikt"),
    "handle": N_("afgehandeld"),
}
THINGS = {
    "report": N_("melding"),
    "identity-case": N_("dossier over een account"),
    "round": N_("ronde"),
    "boomspiegel": N_("boomspiegel"),
    "adoptie": N_("adoptie"),
    "plekmelding": N_("melding over een boomspiegel"),
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
