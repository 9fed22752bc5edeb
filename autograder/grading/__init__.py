"""One submission from text to result."""
