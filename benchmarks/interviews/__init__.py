"""A hundred mock interviews at once, with their deadlines spread over a minute."""
