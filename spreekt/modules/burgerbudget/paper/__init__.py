"""Paper ballots: printing them, typing a pile twice, and the minutes of what became of each sheet."""
