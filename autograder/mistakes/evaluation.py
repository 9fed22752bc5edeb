"""Wrong answers to unit evaluation."""
