"""Wrong answers to unit baseline."""
