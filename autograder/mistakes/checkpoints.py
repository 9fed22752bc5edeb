"""Wrong answers to unit checkpoints."""
