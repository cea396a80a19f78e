"""Where sentences end, and that each keeps its author's own words."""

import pytest

from bot.grading.sentences import split, windows


@pytest.mark.parametrize(
    ("answer", "pieces"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("e.g. this, i.e. that. Next", ["e.g. this, i.e. that.", "Next"]),
        ("drop w.p. p; full net", ["drop w.p. p", "full net"]),
        ("- one\n- two\n* three", ["one", "two", "three"]),
        ("1. one\n2. two", ["one", "two"]),
        ("x = 0.5 and y", ["x = 0.5 and y"]),
        ("v is g². The rest", ["v is g².", "The rest"]),
        ("up to 0.999. At last", ["up to 0.999.", "At last"]),
        ("f_K ∘ … ∘ f_1", ["f_K ∘ … ∘ f_1"]),
        ("note: Adam works", ["note: Adam works"]),
        ('He said "yes." And left', ['He said "yes."', "And left"]),
        ("a\n\n \n\nb", ["a", "b"]),
        ("🎉 \n --- \n ok", ["ok"]),
    ],
)
def test_pieces(answer: str, pieces: list[str]):
    assert [answer[one.start : one.end] for one in split(answer)] == pieces


def test_windows_do_not_cross_paragraphs():
    found = split("one. two.\n\nthree.\nfour.")
    assert [(one.first, one.last) for one in windows(found)[1]] == [
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 3),
        (0, 1),
        (2, 3),
    ]
