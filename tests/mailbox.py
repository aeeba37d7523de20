"""A mail server for tests: keeps what it accepts and can leave callers waiting. Reading mails is up to the test."""

import socket
import threading
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailSink:
    """Speaks just enough SMTP, on a thread for each caller."""

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []
        self.waiting = 0
        self._open = threading.Event()
        self._open.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def __enter__(self) -> "MailSink":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._door.close()

    def hold(self) -> None:
        """From now on callers wait before they may say anything."""
        self._open.clear()

    def release(self) -> None:
        """Let everybody through again; who hung up meanwhile left nothing."""
        self._open.set()

    def to(self, address: str) -> list[EmailMessage]:
        """What was accepted for one address."""
        return [mail for mail in list(self.accepted) if mail["To"] == address]

    def _run(self) -> None:
        while True:
            try:
                caller, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with caller:
            self.waiting += 1
            self._open.wait()
            self.waiting -= 1
            try:
                self._talk(caller)
            except OSError:
                return

    def _talk(self, caller: socket.socket) -> None:
        with caller.makefile("rb") as lines:
            caller.sendall(b"220 sink\r\n")
            while line := lines.readline():
                word = line[:4].upper().strip()
                if word == b"DATA":
                    caller.sendall(b"354 go on\r\n")
                    raw = b"".join(iter(lines.readline, b".\r\n"))
                    self.accepted.append(message_from_bytes(raw, policy=policy.default))
                caller.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")
                if word == b"QUIT":
                    return


def eventually(happened: Callable[[], bool], *, seconds: float = 90) -> None:
    """Wait until something is so; fail when it takes too long."""
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, f"it did not happen within {seconds} seconds"
        time.sleep(0.1)
