"""The claims about unit 4, a file an exercise."""
