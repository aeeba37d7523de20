"""Vocabulary that every other package speaks. Knows no Flask, no Redis and no module."""
