"""Who can open the ballot box: counting officers, their keys, and the one gate to what is inside."""
