"""A small server around the booth's own pages: it answers as the platform does, and can be told to misbehave.

It stands on the real templates, the real scripts and the real check of ballots; it has no database and no people.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import Babel
from gmpy2 import mpz
from werkzeug.serving import WSGIRequestHandler, make_server

from config import ROOT
from spreekt.modules.referendum import booth
from spreekt.modules.referendum.ballot.acceptance import check, longest_ballot
from spreekt.modules.referendum.ballot.credential import public_of, secret_of
from spreekt.modules.referendum.ballot.election import Election, Question, Template, make_election
from spreekt.modules.referendum.ballot.group import GENERATOR
from spreekt.modules.referendum.ballot.refusals import BallotRefused
from spreekt.web import format, headers, quick

HOME = "/referendum/autovrij"
CLOSES_AT = datetime(2026, 11, 30, 17, tzinfo=UTC)
CODES = tuple("abcd-efgh-ijkm-nopq-rstu-v" + last for last in "1234")
YES_OR_NO = Question("Wil je dat de Grote Markt elk jaar in juli en augustus autovrij is?", ("Ja", "Nee"))
Answer = tuple[int, dict[str, Any]]


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@dataclass
class Box:
    """What the server knows, and how it behaves: `mischief` holds what it says before it is honest again.

    None in it is an answer that gets lost on the way, after the ballot was counted.
    """

    election: Election
    asks_birth_date: bool = False
    with_sign_in: bool = False
    may_revote: bool = True
    bodies: list[bytes] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    counted: dict[str, str] = field(default_factory=dict)
    """The last ballot of each credential."""
    spoiled: set[str] = field(default_factory=set)
    answers: dict[str, Answer] = field(default_factory=dict)
    mischief: list[Answer | None] = field(default_factory=list)
    address: str = ""

    def cast(self, key: str, sent: dict[str, Any]) -> Answer:
        """Count a ballot once per key; refuse what is malformed, unknown or tested."""
        if key not in self.answers:
            self.answers[key] = self._cast(sent["ballot"])
        return self.answers[key]

    def _cast(self, text: str) -> Answer:
        try:
            accepted = check(self.election, text)
        except BallotRefused as refusal:
            return 422, {"counted": False, "reason": refusal.name, "message": str(refusal)}
        if accepted.tracker in self.spoiled:
            return 409, {
                "counted": False,
                "reason": "tested",
                "message": "Deze stem is getest. Ze kan niet meer tellen.",
            }
        if accepted.credential not in {str(public_of(secret_of(code, self.election.uuid))) for code in CODES}:
            return 403, {"counted": False, "reason": "unknown-code", "message": "Deze code staat niet op de lijst."}
        replaced = accepted.credential in self.counted
        self.counted[accepted.credential] = text
        return 200, {"counted": True, "tracker": accepted.tracker, "replaced": replaced}


def an_election(*questions: Question) -> Election:
    template = Template("Autovrije Grote Markt", "Digitaal referendum", questions or (YES_OR_NO,))
    return make_election(template, "BoothTest11111", GENERATOR.power(mpz(20261122)))


@contextmanager
def serving(box: Box) -> Iterator[Box]:
    """The box on a port of its own, until the block ends."""
    server = make_server("127.0.0.1", 0, _app(box), threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    box.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield box
    finally:
        server.shutdown()
        thread.join(10)


def _app(box: Box) -> Flask:
    app = Flask("booth", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(BABEL_DEFAULT_LOCALE="nl", MAX_CONTENT_LENGTH=1_000_000)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    Babel(app)
    quick.init_app(app)
    format.init_app(app)
    headers.init_app(app)
    city = {"brand": "Kortrijk Spreekt", "help_line": "1777"}
    app.context_processor(lambda: {"city": city, "demo": True})

    @app.get(f"{HOME}/stemmen")
    def vote() -> Response:
        answer = Response(render_template("referendum/booth.html", **_frame(box)))
        answer.headers["Content-Security-Policy"] = booth.page_policy(headers.csp_nonce())
        return answer

    @app.get(f"{HOME}/stemmen/bewaren")
    def saved() -> Response:
        parts = booth.saved_parts()
        page = render_template(
            "referendum/booth_saved.html", **_frame(box), election_text=box.election.text,
            script=parts.script, style=parts.style, policy=parts.policy,
        )  # fmt: skip
        return Response(page, headers={"Content-Disposition": "attachment; filename=stemhokje.html"})

    @app.get(f"{HOME}/stemmen/narekenen")
    def recompute() -> str:
        frame = _frame(box)
        settings = {"election_url": f"{HOME}/verkiezing.json", "fingerprint": box.election.fingerprint}
        script = booth.integrity("recompute")
        return render_template(
            "referendum/recompute.html", **{**frame, "settings": settings, "script_integrity": script}
        )

    @app.get(f"{HOME}/verkiezing.json")
    def election() -> Response:
        return Response(box.election.text, mimetype="application/json")

    @app.post(f"{HOME}/stemmen/uitbrengen")
    def cast() -> Any:
        box.bodies.append(request.get_data())
        box.requests.append((request.path, dict(request.headers), request.get_json()))
        status, said = box.cast(request.headers["Idempotency-Key"], request.get_json())
        if box.mischief:
            told = box.mischief.pop(0)
            if told is None:
                return Response("<h1>Bad gateway</h1>", status=502)
            status, said = told
        return jsonify(said), status

    @app.post(f"{HOME}/stemmen/testen")
    def test() -> Any:
        box.bodies.append(request.get_data())
        box.requests.append((request.path, dict(request.headers), request.get_json()))
        box.spoiled.add(request.get_json()["ballot_hash"])
        return jsonify(spoiled=True)

    return app


def _frame(box: Box) -> dict[str, Any]:
    return {
        "booth": {
            "election_url": f"{HOME}/verkiezing.json", "cast_url": f"{HOME}/stemmen/uitbrengen",
            "test_url": f"{HOME}/stemmen/testen", "asks_birth_date": box.asks_birth_date,
            "with_sign_in": box.with_sign_in, "may_revote": box.may_revote, "fingerprint": box.election.fingerprint,
            "body_bytes": longest_ballot(box.election) + 2048, "demo": True, "closes_at": CLOSES_AT.isoformat(),
        },
        "title": box.election.template.name, "closes_at": CLOSES_AT, "script_integrity": booth.integrity("booth"),
        "links": {
            "referendum": HOME, "booth": f"{HOME}/stemmen", "saved_copy": f"{HOME}/stemmen/bewaren",
            "recompute": f"{HOME}/stemmen/narekenen", "verify": f"{HOME}/verifieren", "board": f"{HOME}/bulletin",
        },
    }  # fmt: skip
