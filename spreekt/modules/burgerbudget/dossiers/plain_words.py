"""Help to write shorter: long sentences and heavy words in a Dutch text, with a lighter way. Changes nothing itself."""

import re
from dataclasses import dataclass

LONGEST_SENTENCE = 20
"""Words; more than that is hard to read at once."""
MANY_WORDS = 250
LIGHTER = {
    "gelieve": "wil je", "dienen te": "moeten", "dient te": "moet", "indien": "als", "teneinde": "om",
    "betreffende": "over", "met betrekking tot": "over", "alsook": "en ook", "eveneens": "ook", "reeds": "al",
    "enkel": "alleen", "tevens": "ook", "echter": "maar", "alvorens": "voor", "middels": "met",
    "ten behoeve van": "voor", "door middel van": "met", "in het kader van": "voor", "realiseren": "maken",
    "implementeren": "invoeren", "faciliteren": "helpen", "optimaliseren": "beter maken", "additioneel": "extra",
    "initiatief nemen": "beginnen", "op heden": "nu", "voornoemde": "deze", "omtrent": "over",
}  # fmt: skip
_SENTENCES = re.compile(r"[^.!?\n]+[.!?]?")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class WritingHelp:
    """What could be lighter: how many words there are, sentences that are too long, heavy words with a lighter one."""

    words: int
    long_sentences: tuple[tuple[str, int], ...]
    heavy_words: tuple[tuple[str, str], ...]

    @property
    def is_long(self) -> bool:
        return self.words > MANY_WORDS

    @property
    def has_hints(self) -> bool:
        return self.is_long or bool(self.long_sentences or self.heavy_words)


def writing_help(text: str) -> WritingHelp:
    """What could be shorter in a text of residents."""
    sentences = [sentence.strip() for sentence in _SENTENCES.findall(text)]
    counted = [(sentence, len(_WORD.findall(sentence))) for sentence in sentences]
    low = text.casefold()
    heavy = [pair for pair in LIGHTER.items() if re.search(rf"\b{re.escape(pair[0])}\b", low)]
    return WritingHelp(
        words=sum(number for _sentence, number in counted),
        long_sentences=tuple(pair for pair in counted if pair[1] > LONGEST_SENTENCE)[:5],
        heavy_words=tuple(heavy[:8]),
    )
