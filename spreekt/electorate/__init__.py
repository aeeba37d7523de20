"""Who may vote in what, through which door; each right is used once."""
