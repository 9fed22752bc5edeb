"""The claims about unit 1, a file an exercise."""
