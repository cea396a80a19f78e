"""PICTURES: a sheet of numbers in, a PNG out. Drawn in a child process; knows neither Discord nor the engine."""
