"""The allocation rules of the burgerbudget: pure and exact. No database, no web; standard library and numpy only."""
