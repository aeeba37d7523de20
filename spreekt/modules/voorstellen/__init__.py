"""Residents' own proposals, outside any round."""
