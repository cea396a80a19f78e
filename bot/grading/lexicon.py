"""The lexicon made ready: one spelling per word, and the concepts that begin at a place."""

from collections.abc import Iterable, Sequence

from bot.domain.lexicon import Lexicon
from bot.grading import normalise
from bot.grading.stems import bare, content, stem, stems


class Vocabulary:
    """Reads tokens as stems, with every short form as the word it stands for, and finds concepts in them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._plain = {stem(form): stem(word) for word, forms in lexicon.words.items() for form in forms}
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        for name, phrases in sorted(lexicon.concepts.items()):
            for phrase in phrases:
                key = self.key(phrase)
                if key and f"@{name}" not in found.setdefault(key, ()):
                    found[key] += (f"@{name}",)
        self._names = found
        self._longest: dict[str, int] = {}
        for first, *rest in found:
            self._longest[first] = max(self._longest.get(first, 0), 1 + len(rest))

    def key(self, phrase: str) -> tuple[str, ...]:
        """What a phrase is looked up by: its bare stems."""
        return tuple(self._plain.get(one, one) for one in content(phrase))

    def stems(self, tokens: Sequence[str]) -> list[str]:
        """The content stems of tokens, in order, marked ¬ where negated (see `stems.stems`)."""
        plain = self._plain
        return [
            one if bare(one) not in plain else one.replace(bare(one), plain[bare(one)])
            for one in stems(tokens)
        ]

    def concepts(self, bares: Sequence[str]) -> list[tuple[str, ...]]:
        """For each place of bare stems, the concepts of the phrases that begin there."""
        return [self._at(bares, place) if one in self._longest else () for place, one in enumerate(bares)]

    def _at(self, bares: Sequence[str], place: int) -> tuple[str, ...]:
        names: tuple[str, ...] = ()
        run = tuple(bares[place : place + self._longest[bares[place]]])
        for length in range(1, len(run) + 1):
            names += self._names.get(run[:length], ())
        return names


def mistakes(lexicon: Lexicon) -> Sequence[tuple[str, str]]:
    """Where one entry contradicts or repeats another: its field and a sentence, for whoever keeps the lexicon."""
    said: list[tuple[str, str]] = []
    words: dict[str, str] = {}
    for word, forms in lexicon.words.items():
        for form in forms:
            if form in lexicon.words:
                said.append(
                    (f"words.{word}", f"{form!r} has an entry of its own; it cannot be read as {word!r}.")
                )
            elif words.setdefault(form, word) != word:
                said.append((f"words.{word}", f"{form!r} is read as {words[form]!r} already."))
    vocabulary = Vocabulary(Lexicon(words=lexicon.words))
    for name, phrases in lexicon.concepts.items():
        keys: dict[tuple[str, ...], str] = {}
        for phrase in phrases:
            same = keys.setdefault(vocabulary.key(phrase), phrase)
            if same != phrase:
                said.append(
                    (f"concepts.{name}", f"{phrase!r} is read just like {same!r}; one of them is enough.")
                )
    return said


def unused(lexicon: Lexicon, texts: Iterable[str]) -> Sequence[str]:
    """The concepts none of whose phrases occurs in these texts: nothing was learned about them."""
    vocabulary = Vocabulary(lexicon)
    seen: set[str] = set()
    for text in texts:
        for names in vocabulary.concepts([bare(one) for one in vocabulary.stems(normalise.tokens(text))]):
            seen.update(names)
    return [name for name in lexicon.concepts if f"@{name}" not in seen]
