"""What groups hand in: writing a plan together, and how the city judges it with advice of its services."""
