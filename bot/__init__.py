"""Hotseat: a Discord bot that interviews people for deep-learning and AI-engineering jobs."""

__version__ = "0.1.0"
