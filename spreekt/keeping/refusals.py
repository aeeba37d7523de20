"""Why a backup or a restore says no. Every sentence says what to do."""


class Refusal(Exception):
    """The answer is no, and nothing was changed unless the sentence says so."""


class FileIsThere(Refusal):
    def __init__(self, path: object) -> None:
        super().__init__(f"{path} is there already: a backup never overwrites one. Choose another name.")


class NotABackup(Refusal):
    def __init__(self) -> None:
        super().__init__("This is not a backup of Spreekt: its first line is another one. Choose another file.")


class OtherFormat(Refusal):
    def __init__(self, found: str) -> None:
        super().__init__(f"This backup has format {found}, which this Spreekt cannot read: install a newer one.")


class OtherKey(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "This backup does not open with this identity key: set SPREEKT_IDENTITY_KEY to the key of the city it was "
            "made in. If that is the one, the file was changed: take another backup."
        )


class Damaged(Refusal):
    def __init__(self, what: str) -> None:
        super().__init__(f"This backup is damaged ({what}): take another one.")


class NewerRevision(Refusal):
    def __init__(self, revision: str, version: str) -> None:
        super().__init__(
            f"This backup was made by Spreekt {version} at revision {revision}, which this one does not know: install "
            "that version or a newer one first."
        )


class UnknownRevision(Refusal):
    def __init__(self) -> None:
        super().__init__("The database is at no revision that this Spreekt knows: run `spreekt migrate` first.")


class StrangeTable(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"This backup has a table {name}, which Spreekt does not have at this revision: make it in the new "
            "database first, or take a backup of a database without it."
        )


class Busy(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "Somebody else is using the database: stop `spreekt serve` and every `spreekt worker` first. Nothing was "
            "changed."
        )


class NotEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "The database is not empty: point SPREEKT_DATABASE_URL at an empty one, or give --replace to throw away "
            "all that is in this one."
        )


class OtherRevision(Refusal):
    def __init__(self, here: str, there: str) -> None:
        super().__init__(
            f"The database is at revision {here or 'none'} and the backup at {there}, so one cannot replace the other: "
            "point SPREEKT_DATABASE_URL at an empty database and restore there."
        )


class VotesRollBack(Refusal):
    """The arguments are one line for each vote."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(
            "Ballots may be missing from this backup: these votes were open after it was made.\n"
            + "\n".join(f"  {line}" for line in lines)
            + '\nTake a newer backup, or give --hold-votes "REASON": then nobody can vote in them, everybody reads the '
            "reason, and two people decide together when they go on."
        )


class Unfinished(Refusal):
    def __init__(self, why: str) -> None:
        super().__init__(
            f"DO NOT OPEN THE PLATFORM. The rows may be back, but what must follow failed ({why}): erasures and "
            "held votes may be missing. `spreekt serve` refuses. Restore again, into an empty database."
        )
