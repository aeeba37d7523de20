"""From an open box to a published result, and everything that is read from its file."""
