# matplotlib is typed in part:
# pyright: reportUnknownMemberType=false
"""Writes what is made from the question files: the JSON Schema and the pictures of formulas."""

from collections.abc import Iterator
from pathlib import Path

from bot.bank.loader import Bank, formula_digest
from bot.bank.mistakes import BrokenBank, Mistake
from bot.bank.schema import json_schema

SEPARATOR = r",\quad"  # several equations in one formula stand below each other: a phone is narrow
LINE_GAP = 22.0  # pixels


def write_assets(bank: Bank) -> Iterator[Path]:
    """Write the schema and missing pictures, remove pictures nobody uses; yield what was written.

    Raises BrokenBank for formulas that cannot be drawn.
    """
    schema = bank.folder / "schema.json"
    schema.write_text(json_schema(), encoding="utf-8")
    yield schema
    folder = bank.folder / "formulas"
    folder.mkdir(exist_ok=True)
    wanted: set[str] = set()
    mistakes: list[Mistake] = []
    for question in bank.questions.values():
        for field, formula in (("formula", question.formula), ("prompt_formula", question.prompt_formula)):
            if not formula:
                continue
            picture = folder / f"{formula_digest(formula)}.png"
            wanted.add(picture.name)
            if picture.is_file():
                continue
            try:
                _draw(formula, picture)
            except ValueError as error:
                said = f"this formula cannot be drawn: {str(error).strip().splitlines()[-1]}"
                mistakes.append(Mistake(f"{question.area}.toml", question.id, field, said))
            else:
                yield picture
    for picture in folder.glob("*.png"):
        if picture.name not in wanted:
            picture.unlink()
    if mistakes:
        raise BrokenBank(mistakes)


def _draw(formula: str, picture: Path) -> None:
    # Only authors draw formulas; the bot shows pictures made beforehand, and starts without matplotlib.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 4), dpi=200, facecolor="white")
    renderer = FigureCanvasAgg(figure).get_renderer()
    top = 0.0
    for line in formula.strip().split(SEPARATOR):
        text = figure.text(0, 0, f"${line.strip()}$", fontsize=14, math_fontfamily="cm", color="black")
        box = text.get_window_extent(renderer)
        # Each line hangs below the one before by its own height: sums and fractions are tall.
        text.set_position((0, (top - box.y1) / figure.bbox.height))
        top -= box.height + LINE_GAP
    figure.savefig(picture, bbox_inches="tight", pad_inches=0.12)
