"""The strict verifier: says of an archive whether all of it holds, and what does not. Nothing here makes a ballot.

Written from the protocol page alone. With the code that accepts ballots it shares only `ballot.group`, the arithmetic
of the group, so that a mistake there cannot excuse itself here.
"""
