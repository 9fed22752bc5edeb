"""Wrong answers to unit training."""
