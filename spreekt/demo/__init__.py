"""The demo city: a fixed seed, a fixed moment, invented people in real streets, every state at least once."""
