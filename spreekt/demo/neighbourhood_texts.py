"""What streets of the demo city say and are called. Real streets, invented people and committees."""

ITEMS = (
    # code, name, how many, what is offered instead
    ("nadar", "Nadarhek", 120, ""),
    ("c3", "Bord C3 met onderbord", 40, "nadar"),
    ("speelkoffer", "Speelkoffer", 12, ""),
    ("bank", "Zitbank", 160, ""),
    ("tafel", "Tafel", 80, "bank"),
    ("pakket", "Straatfeestpakket", 15, ""),
    ("pretmobiel", "Pretmobiel", 1, "speelkoffer"),
)
OTHERS = (
    # kind, street, text, how far it came
    ("straatfeest", "Budastraat", "Soep en een optreden op de stoep.", "submitted"),
    ("speelstraat", "Begijnhofstraat", "Elke dag spelen in de straat.", "draft"),
    ("straatfeest", "Moorseelsestraat", "Frieten en een kaartclub.", "ask-more"),
    ("speelstraat", "Zwevegemsestraat", "Steps, krijt en een springtouw.", "survey"),
    ("anders", "Rietput", "Rommelmarkt van deur tot deur.", "college"),
    ("straatfeest", "Dottenijsestraat", "Een lange tafel tussen de velden.", "grant"),
    ("speelstraat", "Foreststraat", "Een week spelen voor school begint.", "prepare"),
    ("straatfeest", "Kapucijnenstraat", "Buren koken voor buren.", "cancel"),
    ("anders", "Kooigemplaats", "Dorpsdrink na de kermis.", "close"),
    ("straatfeest", "Aardweg", "Eerste feest van de nieuwe straat.", "hold"),
    ("straatfeest", "Langemeersstraat", "Een feest met de mensen van het wijkcentrum.", "withdraw"),
    ("anders", "Munkendoornstraat", "Nieuwjaarsvuur op het plein.", "expire"),
    ("straatfeest", "Lampestraat", "Muziek op de oprit en een pannenkoekenbak.", "grant"),
    ("speelstraat", "Bozestraat", "Woensdagnamiddag is voor de kinderen.", "submitted"),
    ("straatfeest", "Walleweg", "Feest bij de bloeiende berm.", "grant"),
    ("straatfeest", "Kapittelstraat", "Een aperitief en een quiz over de straat.", "college"),
    ("anders", "Tombroekmolenstraat", "Cinema in open lucht.", "grant"),
    ("straatfeest", "Bissegemplaats", "Tapas en petanque.", "submitted"),
    ("speelstraat", "Salamanderstraat", "Spelen zonder auto's, een week lang.", "college"),
    ("straatfeest", "Moeskroensesteenweg", "Een feest voor de nieuwe buren.", "withdraw"),
)
REPORT = (
    "Om negen uur zat de hele straat aan tafel. Er waren drie soorten confituur, en de jongste buur was zes weken oud. "
    "Volgend jaar opnieuw!"
)
ABOUT = (
    "We organiseren elk jaar een feest en helpen elkaar als het nodig is.",
    "We zorgen voor de bloembakken en drinken één keer per maand samen koffie.",
    "We geven een krantje uit en verwelkomen nieuwe buren met een taart.",
    "We spelen, koken en luisteren naar elkaar.",
)
_STREETS = (
    "Iepersestraat", "Budastraat", "Begijnhofstraat", "Kapittelstraat", "Kapucijnenstraat", "Langemeersstraat",
    "Zwevegemsestraat", "Sint-Denijsestraat", "Schorsmolenstraat", "Kuurnsesteenweg", "Kaarsengietersstraat",
    "Volksplein", "Overleiestraat", "Houtmarkt", "Broelkaai", "Heuleplaats", "Sint-Joblaan", "Heulemeersen",
    "Salamanderstraat", "Moorseelsestraat", "Bozestraat", "Mellestraat", "Kloosterstraat", "Pastoor Slossestraat",
    "Aardweg", "Jakob Jordaensstraat", "Abdis Agnesstraat", "Oliemolenstraat", "Rietput", "Bissegemplaats",
    "Dottenijsestraat", "Walleweg", "Kortestraat", "Sterrestraat", "Aalbekeplaats", "Lampestraat",
    "Tombroekmolenstraat", "Foreststraat", "Rollegemplaats", "Dreupelhoek",
)  # fmt: skip
_STATES = {5: "slapend", 11: "bevestigd", 17: "voorgesteld", 23: "gestopt", 29: "slapend", 35: "erkend"}
COMMITTEES = tuple(
    ("De Iepersestraat speelt" if number == 0 else f"Buurtcomité {street}", street, _STATES.get(number, "actief"))
    for number, street in enumerate(_STREETS)
)
"""Name, street and state."""
