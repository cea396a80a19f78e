"""Use cases: what a door may ask for. Knows no Discord."""
