"""Wrong answers to unit 5, a file an exercise."""
