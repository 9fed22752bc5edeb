"""Right answers to unit 7, a file an exercise."""
