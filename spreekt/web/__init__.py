"""The Flask toolkit: transaction, rights at the door, headers, forms, formats. Knows no module."""
