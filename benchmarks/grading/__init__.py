"""How near the grader comes to people who read: whole answers, scored twice by readers who knew no rubric."""
