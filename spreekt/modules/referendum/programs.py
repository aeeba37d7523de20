"""The programs that voters trust: fixed in the zero report when the box opens, and held beside what is served now."""

import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from spreekt import VERSION
from spreekt.modules.referendum import booth, exhibits, verifier_program
from spreekt.modules.referendum.models import Referendum


@dataclass(frozen=True, slots=True)
class Programs:
    """Hashes of the scripts and the version of the software, by name: at the opening, and at this moment."""

    frozen: dict[str, str]
    """Empty before the opening, and for a box that opened before these were written down."""
    served: dict[str, str]

    @property
    def changed(self) -> dict[str, str]:
        """What is served now of each one that is no longer what it was at the opening."""
        return {name: now for name, now in self.served.items() if self.frozen.get(name, now) != now}

    @property
    def published(self) -> dict[str, str]:
        """What people compare with: what was fixed, and as long as nothing is, what is served."""
        return self.served | self.frozen

    @property
    def stored(self) -> dict[str, dict[str, str]]:
        """As the audit pack has it."""
        return {"opening": self.frozen, "served": self.changed if self.frozen else self.served}


def served() -> dict[str, str]:
    """What this installation serves: booth, page that recomputes a tested ballot, our verifier, and all around them."""
    return {
        "booth": booth.integrity("booth"),
        "recompute": booth.integrity("recompute"),
        "verifier": f"sha256-{verifier_program.sha256()}",
        "software": f"spreekt {VERSION}",
    }


def programs_of(db: Session, referendum: Referendum) -> Programs:
    """What was fixed for this referendum and what is served."""
    fixed = exhibits.ZERO_REPORT in exhibits.hashes(db, referendum.id)
    report = json.loads(exhibits.body(db, referendum.id, exhibits.ZERO_REPORT)) if fixed else {}
    return Programs(frozen=report.get("programs", {}), served=served())
