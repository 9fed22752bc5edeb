"""Right answers to unit 2, a file an exercise."""
