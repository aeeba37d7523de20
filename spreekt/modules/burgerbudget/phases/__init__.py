"""The phases of a round with their dates, and the numbers of its regulation: the ground that all else stands on."""
