"""Small problems for unit 4, a file an exercise."""
