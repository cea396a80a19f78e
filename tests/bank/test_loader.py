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


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "vision.toml").write_text(SMALL, encoding="utf-8-sig")
    assert list(loader.load(tmp_path).questions) == ["one"]


@pytest.mark.parametrize(
    "broken",
    [
        SMALL.replace('"vision"', '"losses').replace('"one"', '"two"'),
        SMALL.replace('"vision"', '"losses"').replace('"one"', '"two"').replace("answer =", "anwser ="),
    ],
)
def test_what_a_broken_file_may_hold_is_not_called_missing(tmp_path, broken):
    pointing = SMALL.replace('level = "basic"', 'level = "basic"\nnext = ["two"]\nsiblings = ["two"]')
    pointing += '\n[[question.misconceptions]]\nid = "m"\nsays = "No."\nvoids = ["nought"]\n'
    said = sentences(tmp_path, vision=pointing, losses=broken)
    assert not any("there is no question" in line for line in said)
    assert any(line.startswith("losses.toml: ") for line in said)
    # What concerns one question alone is certain all the same.
    assert any("voids: this question has no key point" in line for line in said)


@pytest.mark.parametrize("value", ["1" * 5000, "[" * 100_000], ids=["long number", "deep list"])
def test_toml_that_python_gives_up_on_is_a_mistake(tmp_path, value):
    said = sentences(tmp_path, vision=f"area = {value}")
    assert len(said) == 1
    assert said[0].startswith("vision.toml: this is not valid TOML: ")


def test_unreadable_bytes_and_folders_count_as_broken_files(tmp_path):
    (tmp_path / "losses.toml").mkdir()
    (tmp_path / "theory.toml").write_bytes(b"\xff")
    said = sentences(tmp_path, vision=SMALL.replace('level = "basic"', 'level = "basic"\nnext = ["two"]'))
    assert [line.split(":")[0] for line in said] == ["losses.toml", "theory.toml"]


def title_of(tmp_path: Path, line: str, prompt: str = '"What is one?"') -> str:
    text = SMALL.replace('"What is one?"', prompt).replace("level =", f"{line}\nlevel =")
    return loader.load(folder(tmp_path, vision=text)).questions["one"].title


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ('title = "  One \\n\\t two "', "One two"),
        ('title = ""', "What is one?"),
        (f'title = "{"x" * 80}   "', "x" * 80),
        ('title = "µ"', "µ"),
    ],
)
def test_titles_are_tidied(tmp_path, line, title):
    assert title_of(tmp_path, line) == title


@pytest.mark.parametrize("title", ["   ", "?!", "\\n", "–"])
def test_a_title_needs_a_letter_or_a_digit(tmp_path, title):
    said = sentences(tmp_path, vision=SMALL.replace("level =", f'title = "{title}"\nlevel ='))
    assert said == ["vision.toml: one: title: this needs a letter or a digit; or leave the field out."]


def test_a_title_made_from_the_prompt_is_one_line(tmp_path):
    assert title_of(tmp_path, "", '"""What\nis  one?"""') == "What is one?"
    long = title_of(tmp_path, "", '"""' + "What\n\nis\n" * 30 + '"""')
    assert len(long) <= 80
    assert long.startswith("What is What is")
    assert long.endswith("…")


def test_a_question_survives_the_way_through_json():
    for question in loader.load(bundled()).questions.values():
        again = loader.from_json(loader.to_json(question))
        assert loader.to_json(again) == loader.to_json(question)
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


def test_a_lexicon_of_its_own_is_read_and_else_the_bundled_one(tmp_path):
    bundled_words = loader.load(bundled()).lexicon.words
    assert loader.load(folder(tmp_path, vision=SMALL)).lexicon.words == bundled_words
    own = loader.load(folder(tmp_path, lexicon='[words]\nimage = ["pic"]\n'))
    assert own.lexicon.words == {"image": ["pic"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[concept]\nup = ["grow"]', "lexicon.toml: concept: there is no such field"),
        ('[words]\nimage = "pic"', "lexicon.toml: words.image: "),
        ("[words", "lexicon.toml: this is not valid TOML"),
    ],
)
def test_a_broken_lexicon_is_told_with_file_and_field(tmp_path, text: str, said: str):
    assert any(line.startswith(said) for line in sentences(tmp_path, vision=SMALL, lexicon=text))
