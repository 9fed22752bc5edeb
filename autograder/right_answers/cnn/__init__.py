"""Right answers to unit 4, a file an exercise."""
