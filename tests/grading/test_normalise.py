"""Every trap of typed mathematics and sloppy typing, each as one line of a table."""

import pytest

from bot.grading.normalise import strip_invisible, tokens
from bot.grading.stems import stem, stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("σ²", "sigma^2"),
        ("σ²", "sigma squared"),
        ("σ²", "\\sigma^2"),
        ("√d", "sqrt(d)"),
        ("√d", "square root of d"),
        ("\\frac{1}{1-p}", "1/(1-p)"),
        ("1/(1−p)", "1 / (1 - p)"),
        ("\\sqrt{\\hat{v}}", "√v̂"),
        ("m̂", "\\hat{m}"),
        ("β₁", "\\beta_1"),
        ("x**2", "x²"),
        ("a ≤ b", "a <= b"),
        ("a·b", "a * b"),
        ("a×b", "a \\times b"),
        ("θ ← θ − η", "theta = theta - eta"),
        ("w.p. p", "with probability p"),
        ("don't", "do not"),
        ("isn’t", "is not"),
        ("cannot", "can't"),
        ("50 %", "50 percent"),
        ("**bold** and *light*", "bold and light"),
        ("`code`", "code"),
        ("- bullet", "bullet"),
        ("1. first", "first"),
        ("zero-centred", "zero centred"),
        ("Type II error", "type 2 error"),
        ("pаrаmeter", "parameter"),  # Cyrillic а
        ("ѕсоре", "scope"),  # Cyrillic throughout
        ("lo\u200bss", "loss"),
        ("λ‖w‖₁", "lambda |w|_1"),
        ("∂L/∂w", "\\partial L / \\partial w"),
        ("E[x²]", "E[x^2]"),
        ("2ⁿ", "2^n"),
        ("10⁻⁸", "10^-8"),
        ("½", "1/2"),
        ("Σᵢ wᵢ", "sum_i w_i"),
        ("a ≈ b", "a \\approx b"),
        ("x ∈ R", "x in R"),
        ("A ⇒ B", "A => B"),
        ("naïve", "naive"),
        ("𝐱", "x"),
        ("ﬁt", "fit"),
    ],
)
def test_two_ways_to_write_the_same(one: str, other: str):
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("0.999", ["0.999"]),
        (".5", ["0.5"]),
        ("1e-8", ["1e-8"]),
        ("1,000 rows", ["1000", "rows"]),
        ("x - mu", ["x", "-", "mu"]),
        ("this - and that", ["this", ",", "and", "that"]),
        ("a * b * c", ["a", "*", "b", "*", "c"]),
        ("if x <= 5 and y > 3", ["if", "x", "<=", "5", "and", "y", ">", "3"]),
        ("k-fold", ["k", "fold"]),
        ("∫ p dx", ["integral", "p", "dx"]),
        ("e^-x", ["e", "^", "-", "x"]),
        ("note: Adam", ["note", ",", "adam"]),
        ("αβγ", ["alpha", "beta", "gamma"]),
        ("Cov(X)", ["cov", "x"]),
        ("eigenvectors of Σ = C", ["eigenvectors", "of", "sigma", "=", "c"]),
        ("Σ is symmetric", ["sigma", "is", "symmetric"]),
        ("λΣ|w|", ["lambda", "sum", "|", "w", "|"]),
        ("Π p(x)", ["product", "p", "x"]),
    ],
)
def test_what_must_survive(text: str, plain: list[str]):
    assert tokens(text) == plain


def test_hats_are_no_accents():
    assert tokens("ŷ")[-1] == "hat"
    assert tokens("â la carte")[:2] == ["a", "hat"]  # a lone letter with a hat is a quantity


def test_bidirectional_controls_are_removed():
    assert strip_invisible("a\u202eb\u2066c\ufeff") == "abc"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("units are not dropped", ["unit", "¬drop"]),
        ("not dropped, scaled", ["¬drop", "scale"]),
        ("without noise but scaled", ["¬nois", "scale"]),
        ("not only dropped", ["onli", "drop"]),
        ("never use the very same old mask again today", ["¬use", "¬same", "old", "mask", "again", "today"]),
    ],
)
def test_negation_reaches_four_tokens_and_ends_at_a_comma(text: str, marked: list[str]):
    assert stems(tokens(text)) == marked


def test_times_and_time_stay_apart():
    assert stem("times") != stem("time")
