"""The format of a question file, as pydantic models; `questions/schema.json` is generated from them."""

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, field_validator
from pydantic_core import PydanticCustomError

from bot.domain import question as domain

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Ref = Annotated[str, StringConstraints(pattern=r"^\d{3}-\d{2,3}$")]


TITLE_LIMIT = 80

DOMAIN = TypeAdapter(domain.Question)


class Entry(BaseModel):
    """Base of all tables in a question file: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class KeyPoint(Entry):
    """One checkable statement an interviewer listens for."""

    id: Slug
    says: Text = Field(max_length=400, description="the point itself, one statement; shown after the reveal")
    probe: str = Field("", max_length=200, description="a question that names the point without telling it")
    weight: int = Field(1, ge=1, le=3, description="importance beside the other points")
    covered: list[Text] = Field(default=[], description="ways people really say it")
    missed: list[Text] = Field(default=[], description="near misses: on the subject, but not this point")


class Misconception(Entry):
    """One way in which a confident candidate gets it wrong."""

    id: Slug
    says: Text = Field(max_length=400, description="the correction that is shown")
    voids: list[Slug] = Field(default=[], description="key points that this claim denies")
    wrong: list[Text] = Field(default=[], description="how a confident candidate asserts it")


class Example(Entry):
    """A whole answer that judges the grader and never trains it."""

    kind: domain.ExampleKind
    answer: Text
    covered: list[Slug] = Field(default=[], description="key points a fair reader would tick")
    misconceptions: list[Slug] = Field(default=[], description="misconceptions the answer asserts")


class Question(Entry):
    """One interview question."""

    id: Slug = Field(description="stable slug, never reused")
    title: str = Field("", max_length=TITLE_LIMIT, description="short name for autocomplete and reports")
    level: domain.Level
    kind: domain.Kind = domain.Kind.EXPLAIN
    tags: list[Slug] = Field(default=[], max_length=6)
    covers: list[Ref] = Field(default=[], description="topics of the inventory it serves")
    prompt: Text = Field(
        max_length=1000, description="the question, answerable in one to five minutes of speech"
    )
    why: str = Field("", max_length=400, description="why interviewers ask it")
    approach: str = Field("", max_length=400, description="how to tackle it; the first stage of the hints")
    hints: list[Text] = Field(default=[], max_length=3)
    minutes: int = Field(3, ge=1, le=15, description="minutes of speech a good answer takes")
    prompt_formula: str = Field("", description="LaTeX shown on the card; gives nothing away")
    formula: str = Field("", description="LaTeX that belongs to the model answer")
    answer: Text = Field(max_length=2000, description="model answer in Discord Markdown")
    sources: list[Text] = Field(default=[], max_length=6)
    next: list[Slug] = Field(default=[], description="questions preferred after this one")
    siblings: list[Slug] = Field(default=[], description="questions that share points with this one")
    points: list[KeyPoint] = Field(min_length=1, max_length=10)
    misconceptions: list[Misconception] = Field(default=[], max_length=10)
    examples: list[Example] = []

    @field_validator("title", mode="before")
    @classmethod
    def _title(cls, given: object) -> object:
        # Discord refuses a choice whose name is blank, and the whole list with it.
        if not isinstance(given, str) or not given:
            return given
        if not any(map(str.isalnum, given)):
            raise PydanticCustomError("title", "this needs a letter or a digit; or leave the field out")
        return _one_line(given)


class QuestionFile(Entry):
    """One TOML file: the questions of one area."""

    area: Slug = Field(description="the area; the file is named after it")
    title: str = Field("", max_length=40, description="the area as people read it")
    question: list[Question] = Field(min_length=1)


def json_schema() -> str:
    """The JSON Schema of a question file, as the text of `questions/schema.json`."""
    schema: dict[str, Any] = QuestionFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Hotseat question file"
    schema["properties"]["$schema"] = {"type": "string"}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def to_domain(entry: Question, file: QuestionFile) -> domain.Question:
    """The question as the rest of the house sees it."""
    plain = entry.model_dump()
    prompt = _one_line(entry.prompt)
    shortened = prompt if len(prompt) <= TITLE_LIMIT else f"{prompt[: TITLE_LIMIT - 1]}…"
    plain["title"] = entry.title or shortened
    plain["area_title"] = file.title or file.area.replace("-", " ").capitalize()
    return DOMAIN.validate_python({**plain, "area": file.area})


def _one_line(text: str) -> str:
    return " ".join(text.split())


class Topic(Entry):
    """One topic that the bank must serve."""

    ref: Ref
    title: Text = Field(max_length=80)
    area: Slug
    level: domain.Level


class TopicsFile(Entry):
    """topics.toml, see questions/README.md."""

    topic: list[Topic]


class LexiconFile(BaseModel):
    """lexicon.toml, see questions/README.md."""

    model_config = ConfigDict(extra="forbid")

    words: dict[str, list[str]] = Field(default_factory=dict[str, list[str]])
    concepts: dict[str, list[str]] = Field(default_factory=dict[str, list[str]])
