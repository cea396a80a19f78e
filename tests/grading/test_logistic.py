"""The dual Newton solver against scikit-learn, which the program itself does not need."""

import numpy as np
import pytest

from bot.grading.logistic import fit


@pytest.fixture
def data():
    dice = np.random.default_rng(3)
    rows = dice.normal(size=(60, 40))
    return rows, rows[:, 0] + 0.5 * dice.normal(size=60) > 0.6


def test_same_minimum_as_scikit_learn(data):
    linear_model = pytest.importorskip("sklearn.linear_model")
    rows, positive = data
    found = fit(rows @ rows.T, positive, 3.0)
    known = linear_model.LogisticRegression(C=3.0, class_weight="balanced", tol=1e-9, max_iter=5000).fit(
        rows, positive
    )
    assert rows.T @ found.dual == pytest.approx(known.coef_[0], abs=1e-3)
    assert found.intercept == pytest.approx(known.intercept_[0], abs=1e-3)


def test_left_out_values_are_those_of_training_without_the_row(data):
    rows, positive = data
    gram = rows @ rows.T
    quick = fit(gram, positive, 0.01).left_out()
    for row in range(0, 60, 7):
        rest = np.arange(60) != row
        without = fit(gram[np.ix_(rest, rest)], positive[rest], 0.01)
        assert quick[row] == pytest.approx(gram[row, rest] @ without.dual + without.intercept, abs=0.06)
