"""What `dev.py` is made of, from the standard library only. Nothing here is part of Spreekt itself."""
