"""Words that people like to make passwords of, thought up for a Flemish city. Used by common_passwords.py."""

_WORDS = """
wachtwoord paswoord password passwort passphrase motdepasse geheim geheimpje secret toegang sleutel inloggen
aanmelden welkom welcome bienvenue hallo hello hoihoi goeiedag goedemorgen letmein openup sesam changeme
verander tijdelijk default standaard test testen tester demo admin administrator beheer beheerder gebruiker user
username login logon root master superuser guest gast iedereen niemand niets niks nothing whatever computer
laptop internet google facebook instagram youtube netflix spotify whatsapp microsoft windows apple samsung
android telenet proximus gemeente stad stadhuis burger spreekt participatie budget burgerbudget referendum
stemmen kortrijk kortrijkspreekt heule bissegem marke rollegem bellegem kooigem aalbeke brugge gent antwerpen
brussel leuven hasselt mechelen oostende roeselare waregem harelbeke menen wevelgem zwevegem kuurne ieper
vlaanderen belgie belgium belgique nederland europa liefde liefje lieverd schatje schat zoetje engel angel
sunshine zonneschijn zonnetje bloem bloemen vlinder prinses princess prinsje koning koningin queen king draak
dragon monster tijger tiger leeuw lion beer wolf panter panther aap monkey olifant dolfijn konijn hond hondje
poes poesje kat katje paard paardje vogel muis eend varken koe vis voetbal football soccer basketbal volleybal
tennis wielrennen fietsen koers zwemmen dansen muziek music gitaar anderlecht clubbrugge kvkortrijk essevee genk
standard rodeduivels ajax feyenoord barcelona madrid liverpool arsenal chelsea juventus ronaldo messi hazard
lukaku courtois debruyne merckx boonen vanaert evenepoel superman batman spiderman ironman starwars pokemon
pikachu naruto minecraft fortnite mario zelda harrypotter hogwarts frodo gandalf matrix chocolade chocolate
koffie coffee friet frietjes mosselen wafel bier pintje jupiler duvel pizza pasta spaghetti appel banaan kersen
aardbei citroen koekje koekjes snoepje taart familie thuis mama papa mamapapa mijnhuis oma opa broer zus zusje
kinderen kindjes vrienden vriend vriendin baby maandag dinsdag woensdag donderdag vrijdag zaterdag zondag monday
tuesday wednesday thursday friday saturday sunday januari februari maart april mei juni juli augustus september
oktober november december january february march may june july august october lente zomer herfst winter spring
summer autumn vakantie kerstmis kerst pasen sinterklaas nieuwjaar verjaardag zomervakantie rood blauw groen geel
oranje paars zwart wit roze blue green yellow orange purple black white pink silver golden iloveyou ikhouvanjou
ikhouvanu ikhouvan jetaime teamo trustno fuckyou asshole klootzak godverdomme kutwachtwoord ferrari porsche
mercedes audi volvo toyota honda yamaha ducati harley mustang corvette jezus jesus christus maria heilig geluk
gelukkig lucky happy vrede freedom vrijheid leven forever altijd samen
"""
_NAMES = """
jan piet joris korneel pieter peter paul pol jef jos joske luc marc mark koen bart tom tim wim dirk erik eric
frank geert hans ivan johan karel kris kristof lieven mathias matthias michel michael nico patrick philippe
filip rik rob robin stefan steven stijn sven thomas toon wannes wout wouter yves jonas jelle jasper jeroen joost
lars lucas lukas louis arthur noah liam adam victor vince mathis milan finn emiel senne seppe lowie jules leon
oscar gust warre kobe ruben simon daan sander kevin dries pieterjan mohamed mohammed youssef ibrahim ali omar
hassan mehmet mustafa an anna anne annie ann marie mia maria martine monique nicole christine chantal linda
sandra nathalie sofie sophie els ellen elke eva evelien griet greet hilde ilse ine inge ingrid isabel isabelle
jana julie julia karen katrien kim kelly kimberly laura leen lien lies liesbeth lisa lore lotte louise mieke
nele nina noor nora olivia emma elise ella elena alice amber amelie camille charlotte fien febe fleur hanne
hannah helena janne jolien juliette lena lina marthe mila manon margot rita ria rosa sara sarah saskia silke
sien sofia stephanie tine tinne valerie veerle vera veronique yasmine fatima aicha amina leila zoe jessica
jennifer ashley nicole michelle daniel andrew jordan joshua matthew robert charlie george harry william james
david alexander alexandra maxime maxim
"""
_FILLER = "ik mijn de het een en is van voor my the your jouw ons onze mr mevr x xx xxx nr no nummer"

WORDS = frozenset(_WORDS.split())
"""What people love, where they live, what they support, days, months, and the word "password" itself."""
NAMES = frozenset(_NAMES.split())
"""First names that are common here."""
FILLER = frozenset(_FILLER.split())
"""Small words that go before or after one of the others."""
