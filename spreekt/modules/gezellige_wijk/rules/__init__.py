"""Rules of the street as pure values and functions: what a regulation asks, by when, and whether a plan meets it."""
