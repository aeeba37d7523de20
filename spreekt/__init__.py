"""Spreekt: a participation platform for cities."""
