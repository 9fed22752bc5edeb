"""The claims about unit 5, a file an exercise."""
