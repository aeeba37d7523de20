"""The `spreekt` command. `verify` starts here by itself, without loading the platform that it never uses."""

import sys


def main() -> int:
    """Run the command that was typed."""
    if sys.argv[1:2] == ["verify"]:
        from spreekt.modules.referendum.verifier.command import main as verify

        return verify(sys.argv[2:])
    from spreekt.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
