"""What scenarios are built from: worlds, spies, guards."""
