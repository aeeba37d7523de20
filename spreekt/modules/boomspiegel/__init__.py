"""Tree pits and who looks after them: find one, adopt it, care for it, hand it on."""
