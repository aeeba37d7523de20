"""What is asked in the demo city's referenda: questions, explanations, arguments of equal length, promises."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from spreekt.modules.referendum.drafts import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One referendum in words."""

    slug: str
    title: str
    intro: str
    asked: tuple[Asked, ...]
    lasts: timedelta
    rules: dict[str, Any] = field(default_factory=dict)
    promises: tuple[tuple[date, str], ...] = ()
    place: tuple[str, dict[str, Any]] | None = None
    """Words and a GeoJSON shape; the shape is approximate."""


MARKET = Told(
    slug="grote-markt",
    title="Autovrije Grote Markt in de zomer",
    intro="Kies mee of de Grote Markt elke zomer autovrij wordt.",
    lasts=timedelta(days=34, hours=10),
    rules={"may_revote": True},
    place=(
        "De Grote Markt en de straten die erop uitkomen, tot aan de eerste zijstraat",
        {
            "type": "Polygon",
            "coordinates": [
                [[3.2636, 50.8271], [3.2656, 50.8268], [3.2662, 50.8279], [3.2642, 50.8283], [3.2636, 50.8271]]
            ],
        },
    ),
    asked=(
        Asked(
            text="Wil je dat de stad de Grote Markt elk jaar in juli en augustus autovrij maakt?",
            explanation=(
                "**Waar?** De Grote Markt en de straten die erop uitkomen, tot aan de eerste zijstraat.\n\n"
                "**Wanneer?** Elke dag van 10 tot 22 uur, van 1 juli tot en met 31 augustus.\n\n"
                "**Wie mag er wel door?** Hulpdiensten, bewoners met een garage, en leveringen voor 10 uur.\n\n"
                "**Wat kost het?** 45.000 euro per zomer, voor borden, toezicht en groen in bakken.\n\n"
                "**En de parkeerplaatsen?** De 38 plaatsen op het plein vallen weg in die maanden. "
                "In de parkings vlakbij is er plaats."
            ),
            arguments_for=(
                "Er komt plaats om te zitten, te spelen en te stappen.",
                "De lucht wordt schoner en het plein wordt stiller.",
                "Terrassen en winkels krijgen meer wandelaars langs.",
            ),
            arguments_against=(
                "Wie slecht te been is, kan minder dicht bij het plein.",
                "Auto's zoeken een andere weg door smalle straten.",
                "Winkels verliezen klanten die met de auto komen.",
            ),
        ),
    ),
)

FINISHED = Told(
    slug="park-en-plein",
    title="Het nieuwe buurtpark",
    intro="Twee vragen over het park dat in 2027 aan de Leie komt.",
    lasts=timedelta(days=6, hours=9),
    rules={"minimum_votes": 50, "batch_minutes": 60},
    asked=(
        Asked(
            text="Moet het nieuwe park ook 's nachts open blijven?",
            explanation="Nu sluit elk stadspark bij zonsondergang. Open blijven kost 6.000 euro licht per jaar.",
            arguments_for=("Wie laat werkt, kan er ook nog eens doorheen.", "Licht en volk maken een plek veiliger."),
            arguments_against=(
                "Wie ernaast woont, slaapt graag met het raam open.",
                "Vogels en egels hebben donker nodig.",
            ),
        ),
        Asked(
            text="Mogen honden los in een afgesloten deel van het park?",
            explanation="Het deel is 600 vierkante meter groot en krijgt een haag en een poortje.",
            arguments_for=("Honden die rennen, zijn thuis rustiger.",),
            arguments_against=("Dat stuk gras is dan niet voor kinderen.",),
        ),
    ),
    promises=(
        (date(2027, 3, 1), "De stad vraagt een ontwerp voor de verlichting."),
        (date(2027, 6, 15), "De haag en het poortje worden geplaatst."),
    ),
)

COUNCIL = Told(
    slug="groen-in-de-straat",
    title="Groen in de straat",
    intro="Drie vragen over gevels, stoepen en bomen.",
    lasts=timedelta(days=6, hours=10),
    asked=(
        Asked(
            text="Wil je dat de stad in elke straat minstens één boom plant?",
            explanation="Waar een boom niet kan, komt een groene gevel.",
            arguments_for=("Een boom geeft schaduw en koelte.",),
            arguments_against=("Een boom neemt een parkeerplaats.",),
        ),
        Asked(
            text="Wil je dat een geveltuin geen vergunning meer nodig heeft?",
            explanation="Je meldt hem dan alleen, met een foto en een adres.",
            arguments_for=("Minder papier, dus meer groen.",),
            arguments_against=("Minder toezicht op de stoep.",),
        ),
        Asked(
            text="Wil je dat de stad de helft van brede voetpaden onthardt?",
            explanation="Er blijft altijd 1,5 meter vrij voor wie stapt of rolt.",
            arguments_for=("Regen loopt de grond in.",),
            arguments_against=("Onkruid vraagt meer werk.",),
        ),
    ),
)
