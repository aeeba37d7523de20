"""What a ballot is: numbers, proofs, files. Pure: the standard library and one arithmetic library, nothing else."""
