"""`check`, `hint`, `solution`, `compare`: what a learner asks."""
