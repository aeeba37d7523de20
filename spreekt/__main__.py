"""`python -m spreekt` is the `spreekt` command."""

import sys

from spreekt.cli import main

sys.exit(main())
