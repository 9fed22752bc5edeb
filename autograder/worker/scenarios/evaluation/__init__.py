"""Small problems for unit 5, a file an exercise."""
