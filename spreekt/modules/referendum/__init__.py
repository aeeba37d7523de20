"""The digital referendum: one vote per resident, secret even from the city, every step checkable by a stranger."""
