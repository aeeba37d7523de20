"""The arithmetic of the booth in a real browser: the same ballots as ours in Python, and how long they take."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from gmpy2 import mpz
from playwright.sync_api import Browser, Page

from config import ROOT
from spreekt.modules.referendum.ballot.acceptance import check
from spreekt.modules.referendum.ballot.credential import normalise, secret_of
from spreekt.modules.referendum.ballot.election import Election, Question
from spreekt.modules.referendum.ballot.encryption import encrypt, tracker_of
from spreekt.modules.referendum.ballot.group import G, P, Q, challenge, inverse, power
from spreekt.modules.referendum.ballot.randomness import drawing_from
from spreekt.modules.referendum.ballot.refusals import NotACode
from tests.browser.booth_server import CODES, HOME, YES_OR_NO, Box, an_election
from tests.browser.booth_voter import a_voter
from tests.referendum.ballot import vectors

SEED = bytes(range(32))
BOOTH = (ROOT / "static" / "js" / "booth.js").read_text("utf-8")
SEAL = """async ([text, fingerprint, code, choices, seed]) => {
    const {secretOf, drawingFrom, seal} = SpreektBallot, election = JSON.parse(text), draw = drawingFrom(seed);
    const secret = await secretOf(code, election.uuid);
    return (await seal({election, fingerprint, secret, choices, draw, drawToSign: draw})).ballot;
}"""
SEAL_VECTOR = """async ([key, phi, code, uuid, choices, name]) => {
    const {sha256Hex, Q, secretOf, seal} = SpreektBallot;
    const question = {answers: ["Ja", "Nee"], blank: true, min: 1, max: 1, question: "?"};
    const election = {version: 1, group: "BELENIOS-2048", public_key: key, uuid, questions: [question]};
    let drawn = 0;
    const draw = async () => BigInt("0x" + await sha256Hex(`TV|${name}|${drawn++}`)) % Q;
    const secret = await secretOf(code, uuid);
    return seal({election, fingerprint: phi, secret, choices: [choices], draw, drawToSign: draw});
}"""
TIMED = """async (job) => {
    let steps = [], from;
    const text = `globalThis.SpreektBallot = (${spreektBallotArithmetic})(); (${spreektBallotWorker})();`;
    const worker = new Worker(URL.createObjectURL(new Blob([text])));
    const made = new Promise((done, fail) => { worker.onmessage = ({data}) => {
        if (data.done) steps.push(performance.now() - from);
        else if (data.sealed) done(performance.now() - from);
        else fail(new Error(data.fault));
    }; });
    if (job.warm) { worker.postMessage({election: job.election}); await new Promise(go => setTimeout(go, 1500)); }
    from = performance.now();
    worker.postMessage(job);
    const total = await made;
    worker.terminate();
    return {total, first: steps[0], steps: steps.length};
}"""
TIMED_HERE = """async (job) => {
    const {prepare, secretOf, drawingFrom, seal} = SpreektBallot, from = performance.now();
    prepare(job.election);
    await seal({...job, secret: await secretOf(job.code, job.election.uuid), draw: drawingFrom(job.seed)});
    return performance.now() - from;
}"""
FIVE = Question("Welke pleinen?", ("Veemarkt", "Vlasmarkt", "Graanmarkt", "Houtmarkt", "Appelmarkt"), min=0, max=3)
NO_BLANK = Question("Ja of nee?", ("Ja", "Nee", "“Weet niet” / geen"), blank=False, min=1, max=2)
OPTIONAL = Question("Eén wens?", ("Bank", "Boom"), blank=False, min=0, max=1)
SHAPES = [
    ((YES_OR_NO,), ((1, 0, 0),)),
    ((YES_OR_NO,), ((0, 1, 0),)),
    ((YES_OR_NO,), ((0, 0, 1),)),
    ((FIVE,), ((0, 1, 0, 1, 0, 1),)),
    ((FIVE,), ((0, 0, 0, 0, 0, 0),)),
    ((FIVE,), ((1, 0, 0, 0, 0, 0),)),
    ((NO_BLANK,), ((0, 1, 1),)),
    ((OPTIONAL,), ((0, 0),)),
    ((YES_OR_NO, FIVE, NO_BLANK), ((0, 0, 1), (1, 0, 0, 0, 0, 0), (1, 0, 0))),
]


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """The booth's page, for its functions alone."""
    with a_voter(chromium, Box(an_election())) as voter:
        voter.enter()
        yield voter.page


@pytest.mark.parametrize(("questions", "choices"), SHAPES)
def test_v09_booth_and_python_make_the_same_ballot_from_one_seed(
    page: Page, questions: tuple[Question, ...], choices: tuple[tuple[int, ...], ...]
) -> None:
    election = an_election(*questions)
    ours = encrypt(election, secret_of(CODES[0], election.uuid), choices, drawing_from(SEED))

    theirs = sealed(page, election, choices)

    assert theirs == ours
    check(election, theirs)


def sealed(page: Page, election: Election, choices: Any) -> str:
    """A ballot of the booth, with the signature's scalar from the seed too."""
    ballot: str = page.evaluate(SEAL, [election.text, election.fingerprint, CODES[0], choices, SEED.hex()])
    return ballot


@pytest.mark.parametrize("voter", range(3))
def test_the_vectors_of_the_protocol_hold(page: Page, voter: int) -> None:
    key = str(power(G, vectors.X))
    code, choices = vectors.CREDENTIALS[voter], list(vectors.CHOICES[voter])

    made = page.evaluate(SEAL_VECTOR, [key, vectors.PHI, code, vectors.UUID, choices, f"ballot{voter}"])

    assert made["tracker"] == vectors.TRACKERS[voter]
    if voter in vectors.PUBLIC_SHAS:
        assert hashlib.sha256(made["credential"].encode()).hexdigest() == vectors.PUBLIC_SHAS[voter]


@pytest.mark.parametrize(
    "typed",
    [
        CODES[0], CODES[0].replace("-", ""), f"  {CODES[0].replace('-', ' ')} \n", CODES[0].replace("-", "\u2013"),
        CODES[0].replace("-", "\u2011"), "abc-def-ghi-jkm-nok", "", "abcd", "a" * 21, "a" * 23, "abcd-0fgh",
        "abcd-éfgh", "Ilabcd", "abcd\U0001f600",
    ],
)  # fmt: skip
def test_codes_are_read_as_python_reads_them(page: Page, typed: str) -> None:
    read = page.evaluate("typed => SpreektBallot.readCode(typed)", typed)

    try:
        assert read == {"code": normalise(typed)}
    except NotACode as refusal:
        fault = {"not-in-alphabet": "character", "wrong-length": "length" if typed else "empty"}[refusal.name]
        assert read["fault"] == fault
        if fault == "character":
            character, place, _ = refusal.args
            assert (read["character"], read["at"]) == (character, place)
            assert typed[read["index"]] == character


@pytest.mark.parametrize("link", [f"https://stad.example/stemmen#{CODES[0]}", f"#{CODES[0].replace('-', '')}"])
def test_the_link_of_a_letter_is_read_as_its_code(page: Page, link: str) -> None:
    assert page.evaluate("typed => SpreektBallot.readCode(typed)", link) == {"code": CODES[0]}


def test_a_classic_code_with_a_typing_error_is_noticed(page: Page) -> None:
    assert page.evaluate("SpreektBallot.readCode('abc-def-ghi-jkm-nop').fault") == "check"


@pytest.mark.parametrize("exponent", [0, 1, 15, 16, int(Q) - 1, int(Q), int(Q) + 5, -1, 2**255 + 12345])
def test_powers_are_those_of_python(page: Page, exponent: int) -> None:
    found = page.evaluate(
        """([base, text]) => {
            const {power, powerOfG, fixedBase, inverse, inGroup} = SpreektBallot, b = BigInt(base), e = BigInt(text);
            const x = power(b, e);
            return [x, powerOfG(e), fixedBase(b)(e), inverse(x), inGroup(x)].map(String);
        }""",
        [str(power(G, mpz(7))), str(exponent)],
    )

    seventh = power(power(G, mpz(7)), mpz(exponent))
    assert found == [str(seventh), str(power(G, mpz(exponent))), str(seventh), str(inverse(seventh)), "true"]


def test_challenges_are_those_of_python(page: Page) -> None:
    found = page.evaluate(
        "([prefix, elements]) => SpreektBallot.challenge(prefix, elements.map(BigInt)).then(String)",
        ["sig|é|", [str(G), "1", "0"]],
    )

    assert found == str(challenge("sig|é|", [G, mpz(1), mpz(0)]))


@pytest.mark.parametrize(
    "key", ["0", "1", str(P - 1), str(P), str(P + G), "2", "-3", "007", str(int(G)) + " ", "1e9", "0x10"]
)
def test_v10_the_booth_refuses_a_key_outside_the_group(page: Page, key: str) -> None:
    election = {**json.loads(an_election().text), "public_key": key}

    assert page.evaluate(REFUSES, ["prepare", election])


REFUSES = """async ([name, job]) => { try { await SpreektBallot[name](job); return false; } catch { return true; } }"""


@pytest.mark.parametrize("change", [{"version": 2}, {"group": "Ed25519"}, {"version": "1"}])
def test_v10_the_booth_refuses_another_protocol(page: Page, change: dict[str, Any]) -> None:
    assert page.evaluate(REFUSES, ["prepare", {**json.loads(an_election().text), **change}])


@pytest.mark.parametrize(
    "vector", [[0, 0, 0], [0, 1, 1], [1, 1, 0], [0, 2, -1], [0, 1], [0, 1, 0, 0], [0, "1", 0], [0, 1.5, 0], None]
)
def test_v06_the_booth_seals_no_answer_that_the_question_does_not_have(page: Page, vector: Any) -> None:
    job = [an_election().text, "phi", CODES[0], [vector], SEED.hex()]

    with pytest.raises(Exception, match="not an answer to this question"):
        page.evaluate(SEAL, job)


def test_v09_one_choice_sealed_many_times_never_gives_the_same_numbers(page: Page) -> None:
    election = an_election()
    made = page.evaluate(
        """async ([text, fingerprint, code]) => {
            const {randomHex, secretOf, drawingFrom, seal} = SpreektBallot, election = JSON.parse(text), all = [];
            const secret = await secretOf(code, election.uuid);
            for (let i = 0; i < 50; i += 1) {
                const draw = drawingFrom(randomHex(32));
                all.push((await seal({election, fingerprint, secret, choices: [[0, 1, 0]], draw})).ballot);
            }
            return all;
        }""",
        [election.text, election.fingerprint, CODES[0]],
    )

    numbers = [number for text in made for number in re.findall(r'"(\d{60,})"', text.split('"answers":')[1])]
    assert len(numbers) == len(set(numbers)) > 50 * 20
    assert len({tracker_of(text) for text in made}) == 50


def test_v09_a_thousand_seeds_never_draw_the_same(page: Page) -> None:
    drawn = page.evaluate(
        """async () => { const {randomHex, drawingFrom} = SpreektBallot, all = [];
            for (let i = 0; i < 1000; i += 1) all.push(String(await drawingFrom(randomHex(32))()));
            return all; }"""
    )

    assert len(set(drawn)) == 1000
    assert all(0 <= int(scalar) < Q for scalar in drawn)


def test_who_knows_the_seed_of_a_test_cannot_compute_the_secret_of_the_voter(page: Page) -> None:
    election = an_election()
    text = page.evaluate(
        SEAL.replace(", drawToSign: draw", ""),
        [election.text, election.fingerprint, CODES[0], [[0, 1, 0]], SEED.hex()],
    )
    proof = json.loads(text)["signature"]["proof"]
    draw, made = (
        drawing_from(SEED),
        encrypt(election, secret_of(CODES[0], election.uuid), [(0, 1, 0)], drawing_from(SEED)),
    )
    drawn = [draw() for _ in range(200)]

    guesses = [(w - mpz(proof["response"])) * pow(int(proof["challenge"]), -1, int(Q)) % Q for w in drawn]

    assert secret_of(CODES[0], election.uuid) not in guesses
    assert json.loads(text)["answers"] == json.loads(made)["answers"]
    check(election, text)


@pytest.mark.parametrize("slower", [1, 6])
def test_sealing_shows_progress_and_its_time_is_reported(
    page: Page, slower: int, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    election = an_election()
    job = {
        "election": json.loads(election.text), "fingerprint": election.fingerprint, "code": CODES[0],
        "choices": [[0, 1, 0]], "seed": SEED.hex(),
    }  # fmt: skip
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    try:
        cold, warm = (page.evaluate(TIMED, {**job, "warm": is_warm}) for is_warm in (False, True))
        here = page.evaluate(TIMED_HERE, job)
    finally:
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})

    report = {"worker, cold": cold["total"], "worker, warm": warm["total"], "first step": cold["first"], "page": here}
    for name, milliseconds in report.items():
        record_property(f"booth seals, CPU / {slower}, {name}, ms", round(milliseconds))
    with capsys.disabled():
        print(f"\nbooth seals, CPU / {slower}: " + ", ".join(f"{name} {time:.0f} ms" for name, time in report.items()))
    assert cold["steps"] == warm["steps"] == 6
    assert 0 < cold["first"] <= cold["total"]


def test_the_booth_is_one_small_script_that_fits_in_a_page() -> None:
    assert len(BOOTH.encode()) < 40_000
    assert "</script" not in BOOTH.lower()
    assert "<!--" not in BOOTH
    for forbidden in (
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "document.cookie",
        "import(",
        "eval(",
        "innerHTML",
    ):
        assert forbidden not in BOOTH, forbidden


def test_v20_the_page_names_the_hash_of_the_script(page: Page) -> None:
    digest = base64.b64encode(hashlib.sha256(BOOTH.encode()).digest()).decode()

    assert page.locator(f'script[src*="booth.js"][integrity="sha256-{digest}"]').count() == 1
    assert f"sha256-{digest}" in page.content()
    assert page.request.get(f"{page.url.split('/referendum')[0]}/static/js/booth.js").text() == BOOTH
    assert HOME in page.url
