"""Ways to the ballot without an account: the code of a letter, the device in a help point, the desk."""
