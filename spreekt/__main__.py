"""The `spreekt` command. `verify` starts here by itself, without loading the platform that it never uses."""

import gc
import sys


def main() -> int:
    """Run the command that was typed."""
    if sys.argv[1:2] == ["verify"]:
        from spreekt.modules.referendum.verifier.command import main as verify

        return verify(sys.argv[2:])
    gc.disable()  # what is loaded here stays, so walking through it again and again while it grows finds nothing
    from spreekt.cli import main as run

    gc.freeze()
    gc.enable()
    return run()


if __name__ == "__main__":
    sys.exit(main())
