"""The interviewer in a terminal. It is a second front end of the engine, beside Discord, and knows nothing of the first."""
