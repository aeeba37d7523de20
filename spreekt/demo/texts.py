"""What people in the demo city write. Invented people, real places; the words are ours."""

from typing import NamedTuple


class Idea(NamedTuple):
    """A proposal or project: where it is (area code, empty for the whole city), street, theme, cost in euros, text."""

    title: str
    area: str
    street: str
    theme: str
    euros: int
    text: str


IDEAS = (
    Idea("Een schaduwterras op het Volksplein", "kortrijk", "Volksplein", "groen", 8_500,
         "Op warme dagen is het op het plein niet uit te houden. We plaatsen zeildoeken tussen vier palen en zetten er "
         "banken onder. Buren en passanten kunnen er samen zitten, ook in juli."),
    Idea("Deelbakfiets voor Overleie", "kortrijk", "Overleiestraat", "verkeer", 6_200,
         "Niet iedereen heeft plaats of geld voor een bakfiets. Met een deelbakfiets kan de hele wijk boodschappen doen "
         "of kinderen naar school brengen. Het buurtcomité beheert het uitleensysteem."),
    Idea("Heule leest buiten: drie boekenhuisjes", "heule", "Heuleplaats", "cultuur", 1_800,
         "We bouwen met leerlingen van de school drie boekenhuisjes. Eentje aan Heuleplaats, eentje in het park en "
         "eentje op Sente. Neem een boek, zet er een terug."),
    Idea("Verlichte wandellus langs de Heulebeek", "heule", "", "verkeer", 24_000,
         "Wie 's avonds wandelt of loopt, voelt zich niet altijd veilig langs de beek. We vragen lage ledpaaltjes die "
         "alleen branden als er iemand voorbijkomt. Zo blijft het donker voor vleermuizen."),
    Idea("Pluktuin op het Aardwegplein", "marke", "Aardweg", "groen", 4_300,
         "Een hoekje gras wordt een tuin met bessen, kruiden en appels voor iedereen. Een groep van tien buren zorgt "
         "voor het onderhoud. Kinderen van de jeugdbeweging helpen mee planten."),
    Idea("Koffie op wielen voor wie alleen woont", "marke", "", "zorg", 5_000,
         "Elke donderdag rijdt een bakfiets met koffie naar een andere straat. Wie wil, komt buiten voor een babbel. "
         "We zoeken vrijwilligers samen met het wijkteam."),
    Idea("Een podium voor jong talent in Bissegem", "bissegem", "Bissegemplaats", "cultuur", 9_900,
         "Jongeren hebben geen plek om te oefenen of op te treden. We maken een klein podium met stroom op het pleintje "
         "aan de kerk. Elke maand is er een open avond tot 22 uur."),
    Idea("Veilig naar school met een fietsbus", "bissegem", "", "verkeer", 3_400,
         "Ouders fietsen om beurten met een groep kinderen naar school. Met het budget kopen we hesjes, vlaggen en een "
         "opleiding voor begeleiders. We starten met twee routes."),
    Idea("Rustbank om de 300 meter", "bellegem", "Bellegemplaats", "toegankelijkheid", 7_600,
         "Onze senioren wandelen graag, maar vinden te weinig banken. We plaatsen er acht, met armleuning en ruimte "
         "voor een rolstoel. De route verbindt het dorp met het woonzorgcentrum."),
    Idea("Bloeiende berm aan de Walleweg", "bellegem", "Walleweg", "groen", 2_900,
         "We zaaien de berm in met inheemse bloemen en maaien maar twee keer per jaar. Een infobord vertelt welke bijen "
         "je kan zien. De landbouwer naast de weg doet mee."),
    Idea("Repaircafé Aalbeke", "aalbeke", "Aalbekeplaats", "samenleven", 2_500,
         "Een kapotte broodrooster hoeft niet naar het recyclagepark. Elke eerste zaterdag herstellen vrijwilligers "
         "toestellen in het ontmoetingscentrum. We kopen gereedschap en meettoestellen."),
    Idea("Petanquebaan voor alle leeftijden", "rollegem", "Rollegemplaats", "spelen", 6_800,
         "Naast het ontmoetingscentrum ligt een vergeten stukje grond. We leggen er twee banen en een afdak. Jong en "
         "oud spelen er samen, en na afloop is er koffie."),
    Idea("Kooigem krijgt een dorpstafel", "kooigem", "Kooigemplaats", "samenleven", 3_100,
         "We zetten een lange picknicktafel onder de lindes. Elke laatste vrijdag van de maand schuift het dorp aan met "
         "een eigen schotel. De tafel blijft het hele jaar staan."),
    Idea("Speelkoffers in elke wijk", "", "", "spelen", 11_000,
         "Twaalf koffers vol buitenspeelgoed, gratis te ontlenen via het wijkcentrum. Handig voor een speelstraat, maar "
         "ook voor een gewone woensdagnamiddag. We vullen kapotte stukken elk jaar aan."),
    Idea("Stille hoek in de bibliotheek", "kortrijk", "", "toegankelijkheid", 9_400,
         "Sommige mensen raken snel overprikkeld. We richten een hoek in met zachter licht en geluiddempende zetels. "
         "Ervaringsdeskundigen helpen bij het ontwerp."),
)  # fmt: skip

MORE_PROJECTS = (
    Idea("Drinkfonteintje aan de Broelkaai", "kortrijk", "Broelkaai", "groen", 4_800,
         "Wie langs de Leie wandelt of loopt, vindt nergens water. Eén fonteintje, het hele jaar door, ook op "
         "hoogte van een rolstoel."),
    Idea("Fietspomp en herstelzuil aan het station", "kortrijk", "Minister Liebaertlaan", "verkeer", 2_700,
         "Een lekke band om zeven uur 's morgens? Met een stevige pomp en gereedschap aan een ketting haal je je "
         "trein toch nog."),
    Idea("Moestuinbakken op de Houtmarkt", "kortrijk", "Houtmarkt", "groen", 3_600,
         "Tien bakken, tien gezinnen zonder tuin. Elk jaar krijgen andere gezinnen een bak. Een ervaren tuinier leert "
         "ons zaaien en composteren."),
    Idea("Openluchtfilm in de zomer", "kortrijk", "Grote Markt", "cultuur", 12_500,
         "Drie avonden film onder de sterren, gratis, met zitzakken en ondertitels. De jongeren van het jeugdhuis "
         "kiezen de films."),
    Idea("Regenboogbank en ontmoetingsplek", "kortrijk", "Veemarkt", "samenleven", 1_900,
         "Een kleurrijke bank waar iedereen welkom is. We schilderen ze samen op een zondag in mei."),
    Idea("Zitblokken op de speelplaats van Heule", "heule", "Mellestraat", "spelen", 5_400,
         "Na school blijft de speelplaats open voor de buurt. Met zitblokken en een picknicktafel wordt het een "
         "plek voor ouders en kinderen."),
    Idea("Heulse bijenhotels", "heule", "", "groen", 1_200,
         "Zes bijenhotels, gebouwd door de leerlingen van het zesde leerjaar. Bij elk hotel komt een bordje met "
         "uitleg."),
    Idea("Valkuilen weg: vlakke stoep aan de Moorseelsestraat", "heule", "Moorseelsestraat", "toegankelijkheid", 18_000,
         "Met een rollator of buggy kom je hier niet vooruit. We vragen vier verlaagde boorden en een vlakke strook "
         "van minstens anderhalve meter."),
    Idea("Buurtbarbecue met eigen rooster", "marke", "Kloosterstraat", "samenleven", 2_200,
         "Een vaste barbecue uit natuursteen, te gebruiken door iedereen die hem proper achterlaat."),
    Idea("Schommel voor kinderen in een rolstoel", "marke", "", "spelen", 9_800,
         "Op een gewone schommel kan niet elk kind mee. Deze schommel is er voor iedereen."),
    Idea("Natuurpad langs de oude spoorweg", "bissegem", "", "groen", 14_500,
         "Een smal pad van houtsnippers met vijf borden over planten en vogels. De natuurvereniging leidt ons rond."),
    Idea("Digicafé: leer werken met je smartphone", "bissegem", "", "zorg", 3_000,
         "Elke dinsdag helpen jongeren van de buurt hun oudere buren met apps, bankzaken en foto's."),
    Idea("Dorpsmoestuin Bellegem", "bellegem", "", "groen", 6_300,
         "Op een stuk grond achter de kerk komen twintig perceeltjes en een gezamenlijke serre."),
    Idea("Verhalenwandeling Aalbeke", "aalbeke", "Sterrestraat", "cultuur", 4_100,
         "Oudere inwoners vertellen, jongeren nemen op. Met een QR-code bij tien plekken hoor je het verhaal van "
         "het dorp."),
    Idea("Trage weg open in Rollegem", "rollegem", "Tombroekmolenstraat", "verkeer", 7_900,
         "Een oude kerkwegel maken we opnieuw begaanbaar. Zo stap je veilig naar de school."),
    Idea("Ruilkast onder de toren", "kooigem", "Dreupelhoek", "samenleven", 900,
         "Een stevige kast voor boeken, spelletjes en bloembollen. Wat jij niet meer nodig hebt, maakt een ander blij."),
    Idea("AED op elke dorpsplaats", "", "", "zorg", 16_000,
         "In vijf dorpskernen hangt nog geen toestel dat je dag en nacht kan gebruiken. We hangen ze op en geven "
         "elke buurt een opleiding."),
    Idea("Kledingbib voor babykleren", "", "", "samenleven", 4_600,
         "Baby's groeien snel. In het wijkcentrum leen je kleertjes en breng je ze gewassen terug."),
    Idea("Gevelbanken met een verhaal", "kortrijk", "Budastraat", "samenleven", 5_200,
         "Twaalf bankjes tegen de gevel, gemaakt in de sociale werkplaats. Elke bank krijgt een korte zin van wie er "
         "woont."),
    Idea("Zwerfvuilhelden", "", "", "netheid", 2_400,
         "Grijpers, hesjes en zakken voor elke straat die meedoet, en twee keer per jaar een bedankfeest."),
    Idea("Nachtlampjes aan de Leieboorden", "kortrijk", "Dolfijnkaai", "cultuur", 21_000,
         "Zacht licht op het water maakt de wandeling 's avonds mooi én veilig, zonder de vissen te storen."),
)  # fmt: skip

INADMISSIBLE = (
    (Idea("Terrasverwarming voor ons café", "kortrijk", "Grote Markt", "samenleven", 7_000,
          "Met drie verwarmers kunnen onze klanten ook in de winter buiten zitten."), "reclame"),
    (Idea("Stem voor onze lijst", "", "", "samenleven", 3_000,
          "Wij willen affiches hangen in de hele stad voor onze partij."), "partijpolitiek"),
    (Idea("Fietsbrug in Wevelgem", "", "", "verkeer", 50_000,
          "Er is dringend een brug nodig over het kanaal in Wevelgem."), "buiten-de-stad"),
)  # fmt: skip

FRIENDLY = (
    "Wat een fijn idee! Ik help graag mee planten.",
    "Goed gevonden. Denk je ook aan wie slecht te been is?",
    "Kan dit ook in onze straat? Bij ons is er veel plaats.",
    "Ik woon vlakbij en zou dit elke week gebruiken.",
    "Mooi, maar wie doet het onderhoud na het eerste jaar?",
    "Eindelijk! Hier vragen we al jaren naar.",
    "Ik vrees dat het 's avonds lawaai geeft. Kan er een sluitingsuur komen?",
    "Misschien kan de school mee doen. Ik vraag het even na.",
    "Prima plan. Ik zou wel een andere plek kiezen, dichter bij de bushalte.",
    "Geïnteresseerd! Wanneer komen jullie samen?",
)

TROUBLESOME = (
    ("Bel mij gerust op 0470 12 34 56, ik heb nog materiaal over.", "persoonsgegevens"),
    (
        "Goedkope zonnepanelen? Kijk op http://zonnewinkel.example/aanbod en http://zonnewinkel.example/kortrijk",
        "reclame",
    ),
    ("Wie dit bedenkt, is een domoor.", "respect"),
)

FIRST_NAMES = (
    "Ine", "Jef", "Fatma", "Lowie", "Marie-José", "Noor", "Koenraad", "Amélie", "Yusuf", "Griet", "Thibault", "Zoë",
    "Hilde", "Rachid", "Elsie", "Wannes", "Lieve", "Björn", "Aïcha", "Pieter-Jan", "Godelieve", "Emiel", "Nele",
    "Stijn", "Margriet", "Ruben", "Chantal", "Dries", "Olga", "Matteo", "Sofie", "Arno", "Renée", "Bavo", "Tuur",
    "Katleen", "Joris", "Inès", "Gaston", "Femke",
)  # fmt: skip
LAST_NAMES = (
    "Vermeersch", "Dewaele", "Yıldız", "Vandecasteele", "Callens", "El Amrani", "Declercq", "Lefèbvre", "Holvoet",
    "Debruyne", "Nuyttens", "Vanneste", "Deprez", "Messiaen", "Ghesquière", "Verhelle", "Lambrecht", "Coussens",
    "Benali", "Devos", "Sabbe", "Plancke", "Tytgat", "Masschelein", "Soenen", "Vercruysse", "Dumoulin", "Allaert",
    "Kowalska", "Roelens", "Staelens", "D'Hondt", "Bossuyt", "Maertens", "Noppe", "Quaghebeur", "Rommelaere",
    "Samyn", "Taveirne", "Wyffels",
)  # fmt: skip
