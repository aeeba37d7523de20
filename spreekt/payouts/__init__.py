"""Public money that the city pays to residents: bank accounts that only finance opens, and papers behind expenses."""
