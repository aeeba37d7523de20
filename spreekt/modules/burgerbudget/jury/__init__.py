"""The citizens' jury: the call, the draw that anyone repeats, score sheets, and a reasoned report."""
