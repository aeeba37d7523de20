"""The pages and jobs around living here: prove it, the desk, the register. Its rules live in identity."""
