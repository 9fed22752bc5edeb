"""Small problems for unit 7, a file an exercise."""
