"""What Discord hears: slash commands, plain text and loops. A cog receives and delegates."""
