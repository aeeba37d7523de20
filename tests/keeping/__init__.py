"""Tests of backups: what is in one, what comes back, and what is refused."""
