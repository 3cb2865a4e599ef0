"""How fast it is, measured: one script per row, each runs alone. No test asserts any of it."""
