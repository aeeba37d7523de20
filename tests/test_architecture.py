"""Rules the whole source obeys: which way imports point, what is too dangerous to write, what locks hold.

A rule that must be broken somewhere names that place and its reason in the table of exceptions below.
"""

import ast
import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
PURE_PACKAGES = ("rules", "ballot", "verifier")  # algorithms that anyone can check: no database, no web
ARITHMETIC = {"gmpy2", "numpy"}
SHARED_ARITHMETIC = "spreekt.modules.referendum.ballot.group"  # all that the verifier and the ballots have in common

# Call -> why it is dangerous. A dotted name ends in these words.
DANGEROUS_CALLS = {
    "Markup": "puts text in a page unescaped; let the template escape it",
    "render_template_string": "turns text into code; write a template",
    "eval": "runs text as code",
    "exec": "runs text as code",
    "yaml.load": "runs what the file says; use yaml.safe_load",
    "os.system": "hands text to a shell; use subprocess.run with a list",
}
DANGEROUS_IMPORTS = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}  # reading one runs what it says

# (rule, file) -> why it is right there.
EXCEPTIONS = {
    ("Markup", "spreekt/web/once.py"): "a fixed tag; its format() escapes the value that goes in",
    ("Markup", "spreekt/web/format.py"): "HTML that kernel.markup cleaned when it was saved; hostile texts are tested",
    ("text", "spreekt/web/engine.py"): "names of database settings, which cannot be parameters, from lists in the code",
    ("safe", "templates/referendum/booth_saved.html"): "our own script and sheets; a test says they end no element",
}

# Where a commit may stand: the end of a request, the end of a job, and commands that are their own request.
COMMITTERS = {"spreekt/web/transaction.py", "spreekt/worker.py", "spreekt/cli.py", "spreekt/demo.py"}
COMMITTING_PACKAGES = ("spreekt/cli/", "spreekt/demo/")

LOCKS = ["requirements.lock", "requirements-dev.lock", "bootstrap.lock", "assets.lock"]


@functools.cache
def sources() -> dict[str, ast.Module]:
    """Every Python file but the tests, as its path and its syntax tree."""
    folders = ("spreekt", "migrations", "tools")
    paths = [*ROOT.glob("*.py"), *(path for folder in folders for path in ROOT.glob(f"{folder}/**/*.py"))]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in sorted(paths)}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call as file:line, dotted name and node."""
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield f"{path}:{node.lineno}", ast.unparse(node.func), node


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and the absolute name of everything imported; what is relative is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.lineno, node.module


def ends_in(name: str, words: str) -> bool:
    return name == words or name.endswith(f".{words}")


def allowed(rule: str, place: str) -> bool:
    return (rule, place.split(":")[0]) in EXCEPTIONS


def test_imports_point_the_way_the_contracts_say(capsys):
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)

    assert status == 0, capsys.readouterr().out


def test_every_file_opens_with_what_lives_there():
    silent = [
        path
        for path, tree in sources().items()
        if tree.body and not path.startswith("migrations/") and not ast.get_docstring(tree)
    ]

    assert not silent, "these files do not open with a sentence that says what lives there"


def test_no_file_holds_two_ideas():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in ROOT.glob("spreekt/**/*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 300
    }

    assert not long


def test_algorithms_know_the_standard_library_and_arithmetic_only():
    pure = {path: tree for path, tree in sources().items() if set(Path(path).parent.parts) & set(PURE_PACKAGES)}
    known = sys.stdlib_module_names | ARITHMETIC

    foreign = [
        f"{path}:{line} imports {name}"
        for path, tree in pure.items()
        for line, name in imports(tree)
        if name.split(".")[0] not in known and name != SHARED_ARITHMETIC and not in_own_package(name, path)
    ]

    assert pure
    assert not foreign


def in_own_package(name: str, path: str) -> bool:
    parts = Path(path).parts
    depth = next(number for number, part in enumerate(parts) if part in PURE_PACKAGES)
    package = ".".join(parts[: depth + 1])
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("words", DANGEROUS_CALLS)
def test_nothing_dangerous_is_called(words):
    found = [place for place, name, _ in calls() if ends_in(name, words) and not allowed(words, place)]

    assert not found, DANGEROUS_CALLS[words]


def test_nothing_that_runs_what_it_reads_is_imported():
    found = [
        f"{path}:{line} {name}"
        for path, tree in sources().items()
        for line, name in imports(tree)
        if name.split(".")[0] in DANGEROUS_IMPORTS and not allowed("import", path)
    ]

    assert not found


def test_no_command_goes_through_a_shell():
    found = [
        place
        for place, _, call in calls()
        for word in call.keywords
        if word.arg == "shell" and ast.unparse(word.value) != "False" and not allowed("shell", place)
    ]

    assert not found


def test_no_sql_is_put_together_from_text():
    """A value belongs in a parameter; f-strings, %, + and format() in text() are refused."""
    found = [
        place
        for place, name, call in calls()
        if ends_in(name, "text") or ends_in(name, "exec_driver_sql")
        if call.args and is_put_together(call.args[0]) and not allowed("text", place)
    ]

    assert not found


def is_put_together(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join", "replace")
    if isinstance(node, ast.BinOp):
        return not all(isinstance(side, ast.Constant) for side in (node.left, node.right))
    return isinstance(node, ast.JoinedStr)


def test_no_template_trusts_text():
    """`|safe` and autoescape off put text in a page as it is; escaping is what keeps scripts out."""
    trusting = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false")
    found = [
        f"{name}:{number}"
        for path in sorted(ROOT.glob("templates/**/*"))
        if path.is_file() and (name := str(path.relative_to(ROOT)))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if trusting.search(line) and not allowed("safe", name)
    ]

    assert not found


def test_only_requests_jobs_and_commands_commit():
    found = [
        place
        for place, name, call in calls()
        if name.endswith(".commit") and not call.args
        if (path := place.split(":")[0]) not in COMMITTERS and not path.startswith(COMMITTING_PACKAGES)
    ]

    assert not found, "the request commits: add, flush when a constraint must speak, or raise"


def test_no_text_names_the_help_line_of_one_city():
    places = ("spreekt/**/*.py", "templates/**/*", "static/js/*")
    texts = [path for place in places for path in ROOT.glob(place) if path.is_file()]
    number = re.compile(r"(?<!\d)1777(?!\d)")

    found = [str(path.relative_to(ROOT)) for path in texts if number.search(path.read_text("utf-8"))]

    assert texts
    assert not found, "it stands in city.toml: city.help_line in a template, {line} in what a refusal says"


def test_every_exception_is_still_needed():
    words = {"Markup": "Markup(", "text": 'f"', "import": "import", "safe": "safe", "shell": "shell="}
    idle = [
        (rule, path)
        for rule, path in EXCEPTIONS
        if not (ROOT / path).exists() or words.get(rule, rule) not in (ROOT / path).read_text("utf-8")
    ]

    assert not idle


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_pinned_to_hashes(name):
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())

    assert entries
    assert [entry for entry in entries if not re.match(r"[a-z0-9][a-z0-9._-]*(\[[a-z,-]+\])?==\S+", entry)] == []
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_runs_and_what_tests_use_the_same_versions():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") < pins("requirements-dev.lock")


def test_locks_name_no_host():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    locks = {*LOCKS, "package-lock.json", ".npmrc", *(name for name in tracked if name.endswith(".lock"))}

    assert [name for name in sorted(locks) if "://" in (ROOT / name).read_text()] == []
    assert "uv.lock" not in tracked


def test_every_browser_package_is_pinned_to_a_hash():
    lock = (ROOT / "package-lock.json").read_text()

    assert lock.count('"version"') == lock.count('"integrity"') > 0
