"""A mail server for tests on loopback that answers as its script says, and keeps what it accepted."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Sink:
    """`script` names one behaviour a connection: ok, busy (421), later (451), never (550), drop, slow."""

    script: list[str] = field(default_factory=list)
    accepted: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    url: str = ""

    def next_behaviour(self) -> str:
        return self.script.pop(0) if self.script else "ok"


class _Talk(socketserver.StreamRequestHandler):
    sink: Sink

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        behaviour = self.sink.next_behaviour()
        if behaviour == "slow":
            time.sleep(1.0)
            return
        self.say("421 try later" if behaviour == "busy" else "220 sink")
        if behaviour == "busy":
            return
        while line := self.rfile.readline():
            verb = line.decode().strip().upper()
            if verb.startswith("QUIT"):
                self.say("221 bye")
                return
            if verb.startswith("RCPT") and behaviour in {"later", "never"}:
                self.say("451 try later" if behaviour == "later" else "550 no such box")
                continue
            if verb.startswith("RCPT"):
                self.sink.recipients.append(line.decode().strip())
            if not verb.startswith("DATA"):
                self.say("250 ok")
                continue
            self.say("354 go on")
            body = bytearray()
            while (part := self.rfile.readline()) not in {b".\r\n", b""}:
                body += part.removeprefix(b".") if part.startswith(b"..") else part
            message = message_from_bytes(bytes(body), policy=policy.default)
            self.sink.accepted.append(message)  # type: ignore[arg-type]
            if behaviour == "drop":
                return
            self.say("250 taken")


@contextmanager
def smtp_sink(*script: str) -> Iterator[Sink]:
    """A sink that lives as long as the block."""
    sink = Sink(script=list(script))
    handler = type("Talk", (_Talk,), {"sink": sink})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        sink.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
