"""One entry serves the whole bank: short forms, concepts, and what contradicts what."""

from bot.domain.lexicon import Lexicon
from bot.grading.lexicon import Vocabulary, mistakes, unused
from bot.grading.normalise import tokens
from bot.grading.stems import bare
from tests.grading.conftest import LEXICON


def seen(lexicon: Lexicon, text: str) -> list[tuple[str, tuple[str, ...]]]:
    vocabulary = Vocabulary(lexicon)
    plain = vocabulary.stems(tokens(text))
    return list(zip(plain, vocabulary.concepts([bare(one) for one in plain]), strict=True))


def test_a_short_form_is_read_as_its_word_also_where_negated():
    lexicon = Lexicon(words={"independent": ["indep"], "image": ["img", "imgs"]})
    vocabulary = Vocabulary(lexicon)
    assert vocabulary.stems(tokens("indep imgs")) == vocabulary.stems(tokens("independent images"))
    assert vocabulary.stems(tokens("not indep")) == vocabulary.stems(tokens("not independent"))


def test_a_concept_is_seen_beside_the_words_also_where_negated():
    lexicon = Lexicon(concepts={"rate": ["learning rate", "step size"]})
    assert seen(lexicon, "learning rate") == [("learn", ("@rate",)), ("rate", ())]
    assert seen(lexicon, "no step size") == [("¬step", ("@rate",)), ("¬size", ())]


def test_british_and_american_endings_are_one():
    vocabulary = Vocabulary(Lexicon())
    for one, other in (
        ("normalise", "normalize"),
        ("regularisation", "regularization"),
        ("optimisers", "optimizers"),
        ("behaviour", "behavior"),
        ("neighbourhood", "neighborhood"),
        ("analysed", "analyzed"),
    ):
        assert vocabulary.stems([one]) == vocabulary.stems([other])
    # What only looks like such an ending stays what it is.
    for one, other in (("precise", "precision"), ("supervised", "supervision"), ("revised", "revision")):
        assert vocabulary.stems([one]) == vocabulary.stems([other])


def test_what_contradicts_or_repeats_is_named():
    lexicon = Lexicon(
        words={"image": ["img", "pic"], "picture": ["pic", "photo"], "photo": ["ph"]},
        concepts={"up": ["grow", "grows", "img", "image"]},
    )
    fields = [field for field, _ in mistakes(lexicon)]
    assert fields == ["words.picture", "words.picture", "concepts.up", "concepts.up"]
    assert mistakes(LEXICON) == []


def test_a_concept_that_no_sentence_uses_is_named():
    lexicon = Lexicon(concepts={"up": ["grow"], "down": ["shrink"]})
    assert unused(lexicon, ["It grows."]) == ["down"]
