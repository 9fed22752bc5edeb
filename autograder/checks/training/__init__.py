"""The claims about unit 3, a file an exercise."""
