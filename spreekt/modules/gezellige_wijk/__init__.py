"""Gezellige Wijk: what streets do together, from a question to a feast that was held. Every file says what it holds."""
