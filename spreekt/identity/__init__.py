"""Who people are: accounts, sign-in, roles, residency and the one permission map."""
