"""What counts as having become better at a question."""

from bot.domain.streak import LEAST_SCORE


def gain(score: float, best: float | None, *, earlier: bool, shown: bool) -> float:
    """By how much (0-10) a grade of `score` beats the best one so far; 0 where that says nothing about learning.

    `earlier` says that the best was reached on an earlier local day: another try on the same day repairs an answer.
    `shown` says that the model answer could be seen lately. What lies under the least score that makes a day count is
    no improvement either way: an answer thrown away on purpose is worth no more later than a poor one.
    """
    if best is None or shown or not earlier:
        return 0.0
    return max(0.0, score - max(best, LEAST_SCORE))
