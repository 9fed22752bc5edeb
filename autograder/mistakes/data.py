"""Wrong answers to unit data."""
