"""Where things are: dated, overlapping partitions of the city, its streets and addresses."""
