"""What leaves the platform to be checked by strangers: the archive, the pack around it, the page that explains how."""

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from spreekt.modules.referendum import ceremony, exhibits, programs, queries
from spreekt.modules.referendum.archive_file import ArchiveFile
from spreekt.modules.referendum.models import Referendum
from spreekt.modules.referendum.results import told_result
from spreekt.web.context import now, settings
from spreekt.web.listing import safe_cell

MOST_TRACKERS = 1_000_000


def archive_of(referendum: Referendum) -> ArchiveFile:
    """The archive file of this installation."""
    return ArchiveFile(Path(settings().INSTANCE) / "referenda", referendum.uuid)


def archive_answer(db: Session, referendum: Referendum) -> Response:
    """The archive, as far as it goes, streamed."""
    file = archive_of(referendum)
    written = file.bring_up(db, referendum, now())
    if request.if_none_match.contains(written.last_event):
        return Response(status=304)
    answer = Response(file.blocks(written.size), mimetype="application/x-tar")
    answer.headers["Content-Length"] = str(written.size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{referendum.uuid}.bel"'
    answer.headers["Cache-Control"] = "no-cache"
    answer.set_etag(written.last_event)
    return answer


def pack_answer(db: Session, referendum: Referendum) -> Response:
    """Everything but the archive, which is a file of its own: exhibits, figures, refused attempts, how to verify."""
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in sorted(exhibits.hashes(db, referendum.id)):
            if name != exhibits.CREDENTIALS:  # large, and word for word in the archive
                zipped.writestr(_entry(name, referendum), exhibits.body(db, referendum.id, name))
        zipped.writestr(_entry("uitslag-volledig.json", referendum), _json(told_result(referendum)))
        zipped.writestr(_entry("geweigerde-pogingen.csv", referendum), _refused(db, referendum))
        used = programs.programs_of(db, referendum)
        zipped.writestr(_entry("programma.json", referendum), _json(used.stored))
        zipped.writestr(_entry("LEESMIJ.txt", referendum), _read_me(referendum, used))
    answer = Response(pack.getvalue(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="controlepakket-{referendum.slug}.zip"'
    return answer


def verify_page(db: Session, referendum: Referendum, *, now: datetime) -> dict[str, Any]:
    """What the page about checking needs."""
    has_archive = exhibits.has_archive(db, referendum)
    return {
        "referendum": referendum,
        "archive_url": url_for("referendum.archive", slug=referendum.slug, uuid=referendum.uuid) if has_archive else "",
        "archive_step": archive_of(referendum).bring_up(db, referendum, now) if has_archive else None,
        "trustees": [seat.name for seat in ceremony.seats_of(db, referendum)] if referendum.fingerprint else [],
        "programs": programs.programs_of(db, referendum),
        "hashes": dict(sorted(exhibits.told_hashes(db, referendum, now).items())),
    }


def _entry(name: str, referendum: Referendum) -> zipfile.ZipInfo:
    """A name in the pack; always with the same date, so that the pack of one result is always the same file."""
    moment = referendum.publishes_at or referendum.poll.closes_at
    info = zipfile.ZipInfo(name, date_time=(moment.year, moment.month, moment.day, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _refused(db: Session, referendum: Referendum) -> str:
    rows = queries.refused_by_hour(db, referendum)
    lines = ["uur;reden;aantal", *(f"{row.hour:%Y-%m-%dT%H:00Z};{safe_cell(row.reason)};{row.times}" for row in rows)]
    return "\r\n".join(lines) + "\r\n"


def _read_me(referendum: Referendum, used: programs.Programs) -> str:
    changed = "".join(f"  {name}: bij de opening {used.frozen[name]}, nu {now}\n" for name, now in used.changed.items())
    why = f"VERNIETIGD: deze uitslag geldt niet. {referendum.public_reason}\n\n" if referendum.is_annulled else ""
    return (
        f"{referendum.title}\n\n{why}"
        "Dit pakket hoort bij het archief "
        f"{referendum.uuid}.bel. Reken het archief zelf na, zonder ons te vertrouwen:\n\n"
        f"  spreekt verify {referendum.uuid}.bel\n\n"
        "of met een programma dat niet van ons is (zet het archief alleen in een map):\n\n"
        "  belenios-tool election verify\n\n"
        "Papieren stemmen staan niet in het archief. Ze staan apart in uitslag-volledig.json. Zijn er te weinig om "
        "geheim te blijven en kunnen ze niets aan de uitslag veranderen, dan staat daar alleen hoeveel het er zijn.\n\n"
        "In programma.json staan de controlegetallen van het stemhokje en van de narekenpagina, en de versie van de "
        "software, zoals ze bij de opening in nulverslag.json vastgelegd zijn.\n"
        "Was de stemming een tijd opgeschort, dan staat in opschorting-….json en hervatting-….json wanneer en waarom.\n"
        + (f"\nLET OP: dit is sinds de opening veranderd.\n{changed}" if changed else "")
    )
