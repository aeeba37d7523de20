"""Spreads the checking over processes, and gives the answers back in the order of the archive."""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")


class Crew:
    """So many worker processes; with one job, this process does the work itself."""

    def __init__(self, jobs: int) -> None:
        self._ahead = 4 * jobs
        self._pool = ProcessPoolExecutor(jobs, initializer=_ignore_interrupt) if jobs > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def answers(self, check: Callable[[Task], Answer], tasks: Iterable[Task]) -> Iterator[Answer]:
        """What each task gave, in the order of the tasks. Tasks are taken as they are needed, a few ahead."""
        if not self._pool:
            yield from map(check, tasks)
            return
        waiting: deque[Future[Answer]] = deque()
        for task in tasks:
            waiting.append(self._pool.submit(check, task))
            if len(waiting) > self._ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _ignore_interrupt() -> None:
    """Ctrl-C stops the process in front, which stops the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
