"""Rounds about themes, and rounds that take their themes and their money from one."""
