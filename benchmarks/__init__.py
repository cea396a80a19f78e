"""How fast Hotseat is: ratios against a bare discord.py bot in the same run. `make bench`, or `python -m benchmarks`."""
