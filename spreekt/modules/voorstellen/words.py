"""Words as search and comparison see them: without accents, capitals and signs. What is shown is never made here."""

import re
import unicodedata

MOST_KEY = 4000
"""Characters of a search key; a text of 5,000 has fewer different words than that."""
MOST_WORDS = 8
"""Words of a search that count; more only costs time."""
COMMON = frozenset({
    "aan", "alle", "als", "bij", "daar", "dan", "dat", "de", "deze", "die", "dit", "door", "een", "elke", "en",
    "er", "geen", "haar", "heb", "hebben", "heeft", "het", "hier", "hoe", "hun", "iedereen", "ik", "in", "is",
    "je", "jij", "jouw", "kan", "kunnen", "maar", "maken", "me", "meer", "mee", "met", "mijn", "naar", "niet",
    "nieuwe", "nog", "nu", "of", "om", "onder", "ons", "onze", "ook", "op", "over", "plaats", "stad", "straat",
    "te", "tot", "uit", "van", "veel", "voor", "voorstel", "waar", "wat", "we", "wel", "werd", "wij", "wil",
    "willen", "word", "worden", "zich", "zij", "zijn", "zo", "zonder", "zou",
})  # fmt: skip
"""Words that say nothing about what a proposal wants, so two proposals are not alike because they share them."""

_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """The text without accents and capitals."""
    bare = (character for character in unicodedata.normalize("NFKD", text) if unicodedata.category(character) != "Mn")
    return "".join(bare).casefold()


def words_of(text: str) -> list[str]:
    """Its words, folded, in order; letters and digits only."""
    return _WORD.findall(folded(text))


def search_key(title: str, body: str) -> str:
    """Each different word once, after a space: a word that begins with "bank" is found as "% bank%"."""
    key = "".join(f" {word}" for word in dict.fromkeys(words_of(f"{title} {body}")))
    return key if len(key) <= MOST_KEY else key[:MOST_KEY].rsplit(" ", 1)[0]


def telling_words(text: str) -> list[str]:
    """The words that say what it is about, longest first: a long word is a rare one."""
    kept = {word for word in words_of(text) if len(word) > 3 and word not in COMMON}
    return sorted(kept, key=lambda word: (-len(word), word))
