"""Ways of saying the same thing, shared by all questions: words and phrases that stand for one concept."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files

from bot.grading.stems import bare, content


class Lexicon:
    """Finds concepts in a list of stems. Made of concept -> words and short phrases."""

    def __init__(self, concepts: Mapping[str, Sequence[str]]) -> None:
        self.concepts = {name: tuple(phrases) for name, phrases in sorted(concepts.items())}
        found: dict[tuple[str, ...], list[str]] = {}
        for name, phrases in self.concepts.items():
            for phrase in phrases:
                key = tuple(content(phrase))
                if key and f"@{name}" not in found.setdefault(key, []):
                    found[key].append(f"@{name}")
        self._names = {key: tuple(names) for key, names in found.items()}
        self._longest: dict[str, int] = {}
        for first, *rest in found:
            self._longest[first] = max(self._longest.get(first, 0), 1 + len(rest))

    def at(self, stems: Sequence[str], place: int) -> tuple[str, ...]:
        """The concepts of the phrases that begin at a place; marked ¬ where the stem there is."""
        longest = self._longest.get(bare(stems[place]), 0)
        if not longest:
            return ()
        names: tuple[str, ...] = ()
        run = tuple(map(bare, stems[place : place + longest]))
        for length in range(1, len(run) + 1):
            names += self._names.get(run[:length], ())
        return tuple(f"¬{name}" for name in names) if stems[place].startswith("¬") else names


def bundled() -> Mapping[str, Sequence[str]]:
    """The concepts that come with the grader (lexicon.toml beside this file)."""
    return tomllib.loads(files("bot.grading").joinpath("lexicon.toml").read_text("utf-8"))["concepts"]
