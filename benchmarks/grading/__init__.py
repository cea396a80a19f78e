"""How near the grader comes to people who read: whole answers, scored twice by readers who knew no rubric."""

import bot.grading  # noqa: F401 - it tells numpy how many threads to use, so it comes before scikit-learn
