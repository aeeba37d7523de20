"""All changes to a published archive, by name: the change, and what the verifier must say of it."""

from tests.referendum.verifier.ballot_changes import BALLOTS
from tests.referendum.verifier.count_changes import COUNT
from tests.referendum.verifier.file_changes import FILE
from tests.referendum.verifier.setup_changes import SETUP

CHANGES = FILE | SETUP | BALLOTS | COUNT
