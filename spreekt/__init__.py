"""Spreekt: a participation platform for cities."""

VERSION = "0.2.0"
"""Of this software; published with every result it computed."""
