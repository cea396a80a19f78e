"""The question bank: reads question files, validates them and collects all mistakes at once."""
