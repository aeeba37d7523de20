"""What voters were told against what was kept: the rules of trust.md 3. Causing faults is up to the tests.

Each voter has one line of events: cast, then ok, refused or unknown, perhaps several times with the same key.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock

from tests.wire import Reply


class Outcome(StrEnum):
    """What somebody knows after they pressed the button."""

    OK = "ok"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Event:
    """One answer to one sending, or the lack of it."""

    voter: str
    choice: tuple[str, ...]
    outcome: Outcome
    answer: str = ""


class History:
    """Everything that was told to anybody. Each voter's events are also lines of a file of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cast: dict[str, tuple[str, ...]] = {}
        self.events: list[Event] = []
        self.sizes: list[int] = []
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def will_cast(self, voter: str, choice: Iterable[str]) -> None:
        """Somebody is about to press the button."""
        with self._lock:
            self.cast[voter] = tuple(sorted(choice))
        self._write(voter, "invoke")

    def told(self, voter: str, reply: Reply) -> Outcome:
        """What came back. A 5xx says nothing about whether it was stored."""
        outcome = Outcome.OK if 200 <= reply.status < 400 else Outcome.REFUSED
        if reply.status == 0 or reply.status >= 500:
            outcome = Outcome.UNKNOWN
        with self._lock:
            self.events.append(Event(voter, self.cast[voter], outcome, f"{reply.status} {reply.location}"))
        self._write(voter, f"{outcome} {reply.status}")
        return outcome

    def read_size(self, ballots: int) -> None:
        """How many ballots lay in the box at one moment; it may only grow."""
        self.sizes.append(ballots)

    def _write(self, voter: str, words: str) -> None:
        with (self.folder / voter).open("a") as lines:
            lines.write(words + "\n")

    @contextmanager
    def every_voter(self) -> Iterator[dict[str, list[Event]]]:
        """Events by voter, in the order in which they happened."""
        found: dict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            found[event.voter].append(event)
        yield found

    def faults(self, *, roll: Iterable[str], box: Counter[tuple[str, ...]]) -> list[str]:
        """What does not add up, in words. `roll`: rights that were used; `box`: the opened ballots, counted."""
        marks = Counter(roll)
        found = [f"right {voter} was used {times} times" for voter, times in marks.items() if times > 1]
        found += [f"right {voter} was used by nobody who voted" for voter in marks if voter not in self.cast]
        if sum(box.values()) != sum(marks.values()):
            found.append(f"{sum(box.values())} ballots for {sum(marks.values())} rights")
        if box != Counter(self.cast[voter] for voter in marks if voter in self.cast):
            found.append("the box holds other choices than those of who voted")
        if self.sizes != sorted(self.sizes):
            found.append("ballots disappeared")
        with self.every_voter() as events:
            for voter, lines in events.items():
                outcomes = [event.outcome for event in lines]
                answers = {event.answer for event in lines if event.outcome is Outcome.OK}
                if Outcome.OK in outcomes and voter not in marks:
                    found.append(f"{voter} was told yes and has no ballot")
                if set(outcomes) == {Outcome.REFUSED} and voter in marks:
                    found.append(f"{voter} was told no and has a ballot")
                if len(answers) > 1:
                    found.append(f"{voter} was told {sorted(answers)}")
                if Outcome.UNKNOWN in outcomes and outcomes[-1] is not Outcome.OK and voter in marks:
                    found.append(f"{voter} has a ballot and asking again does not say so")
        return found
