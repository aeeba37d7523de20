"""What the college decides after vote and jury: one decision a round, entered and published by two people."""
