"""Backups of everything but the keys, and the way back. Knows modules as values only, and imports none."""
