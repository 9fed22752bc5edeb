"""Wrong answers to unit cnn."""
