"""Wrong answers to unit 6, a file an exercise."""
