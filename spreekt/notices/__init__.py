"""What residents are told: inbox, mail, and how often."""
