"""The rules of the game. Standard library only: no clock, no dice, no input or output."""
