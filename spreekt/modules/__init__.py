"""What a city can switch on. No module knows another."""
