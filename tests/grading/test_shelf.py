"""Models outlive the process, and nothing hangs on it."""

from pathlib import Path

import pytest

from bot.domain.question import Question
from bot.grading import grader as grader_module
from bot.grading.grader import Grader
from tests.grading.conftest import LEXICON
from tests.grading.test_grader import PARTIAL, STRONG, SWAPPED, TERSE


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the questions that were trained, in order."""
    trained: list[str] = []
    train = grader_module.train

    def noted(question: Question, *rest: object) -> object:
        trained.append(question.id)
        return train(question, *rest)  # pyright: ignore[reportArgumentType] - passed on as they come

    monkeypatch.setattr(grader_module, "train", noted)
    return trained


def test_the_next_process_reads_what_this_one_trained(
    tmp_path: Path, question: Question, trainings: list[str]
):
    first = [Grader(LEXICON, shelf=tmp_path / "models").grade(question, text) for text in (STRONG, TERSE)]
    again = Grader(LEXICON, shelf=tmp_path / "models")
    assert [again.grade(question, text) for text in (STRONG, TERSE)] == first
    assert trainings == [question.id]
    for text in (PARTIAL, SWAPPED):
        assert again.grade(question, text) == Grader(LEXICON).grade(question, text)


def test_a_damaged_model_trains_again(tmp_path: Path, question: Question, trainings: list[str]):
    grade = Grader(LEXICON, shelf=tmp_path).grade(question, STRONG)
    (file,) = tmp_path.iterdir()
    for damage in (b"", b"no archive", file.read_bytes()[:1000]):
        file.write_bytes(damage)
        assert Grader(LEXICON, shelf=tmp_path).grade(question, STRONG) == grade
    assert trainings == [question.id] * 4


def test_models_of_another_grader_are_removed(tmp_path: Path, question: Question):
    Grader(LEXICON, {}, shelf=tmp_path).train(question)
    Grader(LEXICON, shelf=tmp_path).train(question)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_no_trouble(
    tmp_path: Path, question: Question, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "file").write_text("in the way")
    grader = Grader(LEXICON, shelf=tmp_path / "file")
    assert grader.grade(question, STRONG).score == Grader(LEXICON).grade(question, STRONG).score
    assert "cannot keep trained models" in caplog.text
