"""Question files: what is read, and what is said about broken ones."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from bot.bank import loader
from bot.bank.bundled import bundled
from bot.bank.mistakes import BrokenBank
from bot.bank.schema import json_schema
from bot.bank.standard import standard_mistakes

SMALL = """
area = "vision"

[[question]]
id = "one"
level = "basic"
prompt = "What is one?"
answer = "One is one."

[[question.points]]
id = "unit"
says = "One is the unit."
"""


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def sentences(tmp_path: Path, **files: str) -> list[str]:
    with pytest.raises(BrokenBank) as caught:
        loader.load(folder(tmp_path, **files))
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_small_question_is_enough(tmp_path):
    bank = loader.load(folder(tmp_path, vision=SMALL))
    question = bank.questions["one"]
    assert (question.area, question.title, question.points[0].says) == (
        "vision",
        "What is one?",
        "One is the unit.",
    )


def test_all_mistakes_are_told_at_once_with_file_question_and_field(tmp_path):
    broken = SMALL.replace('level = "basic"', 'level = "hard"').replace("answer =", "anwser =")
    said = sentences(tmp_path, vision=broken, practice="area = [", losses=SMALL)
    assert len(said) >= 5
    assert any(line.startswith("vision.toml: one: level: ") for line in said)
    assert "vision.toml: one: answer: this field is missing." in said
    assert any(line.startswith("vision.toml: one: anwser: there is no such field") for line in said)
    assert any(line.startswith("practice.toml: this is not valid TOML") for line in said)
    assert any("the file is named losses.toml" in line for line in said)


def test_a_question_without_id_is_named_by_its_number(tmp_path):
    said = sentences(tmp_path, vision=SMALL.replace('id = "one"\n', ""))
    assert said == ["vision.toml: question 1: id: this field is missing."]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('next = ["two"]', 'one: next: there is no question "two".'),
        ('siblings = ["one"]', "one: siblings: a question cannot name itself here."),
        ("minutes = 0", "one: minutes: "),
        ('id = "Two Words"', "this is not valid TOML"),
    ],
)
def test_single_mistakes(tmp_path, line, complaint):
    said = sentences(tmp_path, vision=SMALL.replace('level = "basic"', f'level = "basic"\n{line}'))
    assert any(complaint in one for one in said)


def test_an_id_is_used_once_and_never_again(tmp_path):
    twice = SMALL + SMALL.split("\n\n", 1)[1].replace("[[question]]", "\n[[question]]", 1)
    assert any("this id is used already in vision.toml" in one for one in sentences(tmp_path, vision=twice))
    retired = sentences(tmp_path, vision=SMALL, retired='[retired]\none = "replaced"\n')
    assert any("retired question" in one for one in retired)


def test_references_within_a_question(tmp_path):
    more = SMALL + (
        '\n[[question.misconceptions]]\nid = "m"\nsays = "No."\nvoids = ["nought"]\n'
        '\n[[question.examples]]\nkind = "strong"\nanswer = "x"\ncovered = ["nought"]\nmisconceptions = ["n"]\n'
    )
    said = sentences(tmp_path, vision=more)
    assert 'vision.toml: one: misconceptions.m.voids: this question has no key point "nought".' in said
    assert 'vision.toml: one: examples.1.covered: this question has no key point "nought".' in said
    assert 'vision.toml: one: examples.1.misconceptions: this question has no misconception "n".' in said


def test_an_empty_folder_is_a_mistake(tmp_path):
    assert "no question files" in sentences(tmp_path)[0]


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "vision.toml").write_bytes(b'area = "\xff"')
    assert "not UTF-8" in sentences(tmp_path)[0]


def test_a_question_survives_the_way_through_json():
    for question in loader.load(bundled()).questions.values():
        again = loader.from_json(loader.to_json(question))
        assert loader.digest(again) == loader.digest(question)
        assert again.points == question.points


def test_the_bundled_files_fit_their_schema():
    assert (bundled() / "schema.json").read_text(encoding="utf-8") == json_schema()
    schema = json.loads(json_schema())
    for path in bundled().glob("*.toml"):
        if path.name not in loader.NOT_QUESTIONS:
            jsonschema.validate(tomllib.loads(path.read_text(encoding="utf-8")), schema)


def test_the_bundled_questions_meet_the_standard():
    bank = loader.load(bundled())
    assert [str(mistake) for mistake in standard_mistakes(bank)] == []
    assert len(bank.questions) >= 24
    assert len(bank.areas) >= 10


def test_the_standard_complains_about_a_bare_question(tmp_path):
    said = [str(one) for one in standard_mistakes(loader.load(folder(tmp_path, vision=SMALL)))]
    assert "vision.toml: one: why: a bundled question needs this field." in said
    assert "vision.toml: one: points: there are 1; the standard is 4 to 6." in said
    assert "vision.toml: one: points.unit.covered: there are 0 sentences; at least 12 are needed." in said
    assert any("no misconception voids this point" in one for one in said)
    assert any("there is no strong example" in one for one in said)
    assert any("schema.json" in one for one in said)
