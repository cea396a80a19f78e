"""Near-copies: what counts as one, and that the fingerprints lead to it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.grading.copies import COPY_WORDS, fingerprints, is_copy, words

TEXT = (
    "While the network trains, every unit of the layer is silenced with a fixed probability, and a fresh random "
    "mask is drawn for each example. Units that stay awake are divided by the chance of staying, so the expected "
    "output keeps its size. Once the model serves requests nothing is silenced any more, every unit takes part and "
    "the same input always gives the same output."
)
SENTENCES = re.findall(r"\S.*?\.", TEXT)
OWN = "I first met this trick in a small image classifier that had memorised its photos."
OTHER = (
    "A layer that leaves out some of its neurons at random cannot lean on any single one of them, which works "
    "against overfitting; the weights are rescaled so that later layers see values of the usual magnitude, and "
    "for predictions the whole layer answers, without any chance in it."
)
FILLERS = ("basically", "indeed", "mostly", "surely", "perhaps", "honestly")
# Words that mean nothing to the normalisation, so that a list of them comes back as it went in.
_PLAIN_WORDS = """
river stone cloud garden window candle bridge forest market silver winter summer harbour meadow lantern basket feather
copper orchard village
"""
VOCABULARY = tuple(_PLAIN_WORDS.split())


def padded(text: str, every: int, first: int = 0) -> str:
    """The text with a filler word after every `every`th word."""
    said: list[str] = []
    for place, word in enumerate(text.split()):
        said.append(word)
        if place % every == first:
            said.append(FILLERS[place // every % len(FILLERS)])
    return " ".join(said)


VARIANTS = {
    "unchanged": TEXT,
    "homoglyphs": TEXT.replace("o", "о"),  # the second is Cyrillic
    "zero-width characters": TEXT.replace("e", "e\u200b"),
    "upper case": TEXT.upper(),
    "other punctuation": TEXT.replace(".", " !!").replace(",", " ..."),
    "no punctuation": TEXT.replace(".", "").replace(",", ""),
    "one line per sentence": "\n".join(SENTENCES),
    "emphasis": TEXT.replace("unit", "**unit**"),
    "fillers": padded(TEXT, 8),
    "sentences swapped": " ".join((SENTENCES[1], SENTENCES[0], SENTENCES[2])),
    "a sentence of one's own before": f"{OWN} {TEXT}",
    "a sentence of one's own behind": f"{TEXT} {OWN}",
    "a sentence of one's own within": " ".join((SENTENCES[0], OWN, *SENTENCES[1:])),
    "the first two sentences": " ".join(SENTENCES[:2]),
}


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=list(VARIANTS))
def test_a_disguised_copy_is_a_copy_and_is_found(variant: str):
    assert is_copy(variant, [TEXT])
    assert fingerprints(variant) & fingerprints(TEXT)


def test_the_same_thing_in_other_words_is_no_copy():
    assert len(words(OTHER)) >= COPY_WORDS
    assert not is_copy(OTHER, [TEXT])
    assert not is_copy(TEXT, [OTHER])


def test_one_sentence_of_another_answer_makes_no_copy():
    quoted = f"{SENTENCES[1]} {OTHER}"
    assert fingerprints(quoted) & fingerprints(TEXT)
    assert not is_copy(quoted, [TEXT])


def test_any_source_may_be_the_copied_one():
    assert is_copy(TEXT, ["too short to be copied", OTHER, TEXT])
    assert not is_copy(TEXT, [])


def test_a_part_taken_out_of_a_longer_text_is_a_copy_but_not_the_other_way_round():
    long = f"{OTHER} {OWN} {TEXT} {OTHER.replace('layer', 'block')}"
    assert is_copy(TEXT, [long])
    assert not is_copy(long, [TEXT])


def test_texts_under_25_words_are_neither_judged_nor_indexed():
    short, enough = (" ".join(VOCABULARY[:12] * 2 + ("river",) * more) for more in (0, 1))
    assert [len(words(text)) for text in (short, enough)] == [24, 25]
    assert not is_copy(short, [short])
    assert fingerprints(short) == frozenset()
    assert is_copy(enough, [enough])
    assert fingerprints(enough)


def test_a_text_is_a_copy_if_three_fifths_of_its_shingles_are_the_sources():
    source = " ".join(VOCABULARY[:18] * 2)
    own = [f"own{place}" for place in range(11)]
    assert is_copy(" ".join([*VOCABULARY[:18], *own[:10]]), [source])  # 15 of 25
    assert not is_copy(" ".join([*VOCABULARY[:17], *own]), [source])  # 14 of 25


def texts(least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(VOCABULARY), min_size=least, max_size=60)


@given(texts(9), texts(9), texts(9), texts(9), st.lists(st.sampled_from(VOCABULARY), min_size=7, max_size=7))
def test_five_words_in_a_row_share_a_fingerprint(
    before: list[str], behind: list[str], front: list[str], rear: list[str], run: list[str]
):
    one, other = " ".join(before + run + behind), " ".join(front + run + rear)
    assert list(words(one)) == before + run + behind
    assert fingerprints(one) & fingerprints(other)


@given(
    order=st.permutations((*SENTENCES, OWN)),
    kept=st.integers(2, 4),
    every=st.integers(8, 12),
    first=st.integers(0, 7),
    disguise=st.sampled_from((str, str.upper, str.title, lambda text: text.replace("e", "e\u200b"))),
)
def test_whatever_is_judged_a_copy_is_found(order, kept, every, first, disguise):
    variant = disguise(padded(" ".join(order[:kept]), every, first))
    if is_copy(variant, [TEXT]):
        assert fingerprints(variant) & fingerprints(TEXT)


def test_fingerprints_fit_sqlites_integers():
    found = fingerprints(" ".join(f"{word} {other}" for word in VOCABULARY for other in VOCABULARY))
    assert len(found) > 200
    assert all(0 <= number < 2**63 for number in found)


def test_fingerprints_stay_what_they_are():
    # Stored beside answers: should this go red on purpose, a migration has to make the stored ones anew.
    found = sorted(fingerprints(" ".join(VOCABULARY + VOCABULARY[:5])))
    assert (len(found), found[0], found[-1]) == (15, 21341412358151942, 6072257955306586012)


def test_honest_answers_to_one_question_are_no_copies_of_each_other_nor_of_the_model_answer():
    compared = 0
    for question in loader.load(bundled()).questions.values():
        answers = [question.answer, *(example.answer for example in question.examples)]
        long = [answer for answer in answers if len(words(answer)) >= COPY_WORDS]
        for answer in long:
            others = [other for other in long if other is not answer]
            assert not is_copy(answer, others), (question.id, answer)
            compared += len(others)
    assert compared > 100
