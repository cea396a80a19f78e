"""Trained models on disk, so that a question trains once and not once per start. A cache: nothing is lost with it."""

import io
import json
import logging
import os
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from bot.grading.lexicon import Vocabulary
from bot.grading.model import QuestionModel
from bot.grading.spelling import Speller

log = logging.getLogger(__name__)


class Shelf:
    """A folder of models, one file per question, made by one version of the grader. Others' files are removed."""

    def __init__(self, folder: Path, grader_digest: str, vocabulary: Vocabulary) -> None:
        self._folder = folder
        self._made_by = grader_digest[:16]
        self._vocabulary = vocabulary
        try:
            folder.mkdir(exist_ok=True)
            for file in folder.glob("*.npz*"):
                if self._made_by not in file.name:
                    file.unlink()
        except OSError as error:
            log.warning(
                "%s cannot keep trained models (%s); questions train again after a restart.", folder, error
            )

    def get(self, question_digest: str) -> QuestionModel | None:
        """The model of a question, or None if it is not here or cannot be read."""
        file = self._file(question_digest)
        try:
            with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as found:
                plain = json.loads(str(found["plain"]))
                return QuestionModel(
                    self._vocabulary,
                    Speller(plain["words"]),
                    frozenset(plain["about"]),
                    found["codes"],
                    found["weights"],
                    found["intercepts"],
                    plain["points"],
                    plain["recall"],
                )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            log.warning("%s cannot be read (%s); the question trains again.", file, error)
            return None

    def put(self, question_digest: str, model: QuestionModel) -> None:
        """Keep a model. A full disk or a read-only folder is no trouble for anybody who waits."""
        file = self._file(question_digest)
        half_written = file.with_suffix(f".npz-{os.getpid()}")
        plain: dict[str, Any] = {
            "words": sorted(model.speller.words),
            "about": sorted(model.about),
            "points": model.points,
            "recall": dict(model.recall),
        }
        try:
            with half_written.open("wb") as target:
                np.savez(
                    target,
                    codes=model.codes,
                    weights=model.weights,
                    intercepts=model.intercepts,
                    plain=np.array(json.dumps(plain)),
                )
            half_written.replace(file)
        except OSError as error:
            log.warning("%s was not kept: %s", file, error)
            with suppress(OSError):
                half_written.unlink(missing_ok=True)

    def _file(self, question_digest: str) -> Path:
        return self._folder / f"{question_digest[:16]}-{self._made_by}.npz"
