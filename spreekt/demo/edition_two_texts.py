"""What jurors, groups and the city wrote after the count of the demo's second edition."""

CHOSEN = {
    "groen": "Hier komt groen waar nu steen ligt, en de buren zorgen er zelf voor.",
    "verkeer": "De straat wordt veiliger voor wie te voet of met de fiets komt.",
    "spelen": "Kinderen van alle leeftijden krijgen een plek om samen te spelen.",
    "samenleven": "Buren die elkaar niet kenden, leren elkaar hier kennen.",
    "cultuur": "Iedereen kan meedoen, ook wie nooit naar een zaal gaat.",
    "netheid": "De straat blijft proper, omdat de buren er samen op letten.",
    "zorg": "Wie er alleen voor staat, krijgt hier gezelschap en hulp.",
    "toegankelijkheid": "Wie moeilijk stapt, kan dankzij dit plan weer mee naar buiten.",
}
NOT_CHOSEN = {
    "groen": "De jury vindt het een mooi plan, maar op deze plek is er al veel groen.",
    "verkeer": "De jury vindt veilige straten belangrijk, maar dit is werk voor de stad zelf.",
    "spelen": "De jury gunt het de kinderen, maar er is al een speelplek vlakbij.",
    "samenleven": "De jury vindt het een warm idee, maar het bereikt nog weinig mensen.",
    "cultuur": "De jury wil graag komen kijken, maar na één keer is het voorbij.",
    "netheid": "De jury waardeert de inzet, maar ziet niet hoe het blijft duren.",
    "zorg": "De jury vindt dit nodig, maar er bestaat al hulp die erop lijkt.",
    "toegankelijkheid": "De jury steunt het idee, maar het helpt alleen op één plaats.",
}
BOTH = {
    True: (
        "Het plan is klaar om te beginnen.",
        "De groep weet goed wie wat doet.",
        "Ook over vijf jaar heeft de buurt er nog iets aan.",
        "De prijs past bij wat de buurt ervoor krijgt.",
    ),
    False: (
        "Andere projecten kregen meer punten.",
        "Met een kleiner plan maakt de groep een volgende keer veel kans.",
        "Er was niet genoeg geld voor alles.",
    ),
}
WORDS = (
    "De jury kwam twee keer samen. Elk jurylid las alle plannen en gaf eerst alleen punten. Daarna spraken we over elk "
    "project. Wie een project van dichtbij kende, praatte en besliste daar niet over mee."
)
STEP_DONE = (
    "De bestelling is geplaatst en de afspraken met de stad zijn gemaakt. We kunnen beginnen.",
    "Het staat er! Zaterdag hielpen twaalf buren mee. Nu al stoppen mensen om te kijken.",
    "Alles is geleverd. We spraken af wie de sleutel heeft en wie er wekelijks langsgaat.",
    "Het werk is klaar. Op de opening kwamen meer dan zestig mensen, ook uit andere straten.",
    "Het is er, en het wordt elke dag gebruikt. Dank je wel aan iedereen die meehielp.",
    "Alles staat er en werkt. De groep blijft er zelf voor zorgen. Kom gerust eens kijken.",
)
BILLS = (
    "Hout en schroeven",
    "Planten en aarde",
    "Verf en borstels",
    "Huur van een aanhangwagen",
    "Drukwerk",
    "Bestrating",
)
STOPPED = (
    "De eigenaar van de grond trok zijn toestemming in. De groep zocht een andere plek, maar vond er geen. "
    "Wat nog niet uitgegeven was, gaf de groep terug."
)
