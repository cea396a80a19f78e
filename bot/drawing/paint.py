"""Paints a sheet. Runs in the process that draws: nothing else of Hotseat imports it, for matplotlib is heavy.

Everything is placed in pixels of a picture as wide as three phones' points, so that its smallest words are read at a
third of their size. One dark panel for both of Discord's themes. Colours differ in lightness, which every eye sees, and
each of them has a number or a word beside it.
"""

import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from PIL import Image

from bot.drawing.sheet import DAYS_A_WEEK, Bar, Sheet, Square

WIDTH, MARGIN, DPI = 1080, 36, 100
COLOURS = 64
PANEL, TRACK, TEXT, DIM = "#232428", "#3a3c42", "#f2f3f5", "#c0c4cb"
STRENGTH, SURE = "#56b4e9", "#e69f00"
# Fewest answers of a day, its colour, and that of the number on it.
SHADES = (
    (10, "#e3f1fc", "#10263b"),
    (5, "#8cc5ef", "#10263b"),
    (3, "#3d8fcb", "#ffffff"),
    (1, "#28608f", "#ffffff"),
)
TITLE, LABEL, SMALL = 40, 32, 28  # pixels
WEEKDAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")
GUTTER, CELL_H, GAP = 92, 54, 7
BAR_H, ROW_H = 26, 78
GAP_BELOW = 44


class _Canvas:
    """A picture of which the height is known only at the end; y grows downwards."""

    def __init__(self, height: int) -> None:
        self.figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=PANEL)
        self.axes = self.figure.add_axes((0, 0, 1, 1))  # pyright: ignore[reportUnknownMemberType] - typed in part
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(height, 0)
        self.axes.axis("off")

    def text(
        self, x: float, y: float, words: str, size: int, colour: str = TEXT, align: str = "left"
    ) -> None:
        """Words whose middle line is at y."""
        self.axes.text(  # pyright: ignore[reportUnknownMemberType] - typed in part
            x,
            y,
            words,
            fontsize=size * 72 / DPI,
            color=colour,
            ha=align,
            va="center_baseline",
            parse_math=False,
        )

    def block(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A rectangle with soft corners, from its upper left one."""
        soft = min(8.0, width / 2)
        shape = FancyBboxPatch(
            (x + soft, y + soft),
            max(width - 2 * soft, 0.01),
            height - 2 * soft,
            boxstyle=f"round,pad={soft},rounding_size={soft}",
            facecolor=colour,
            linewidth=0,
        )
        self.axes.add_patch(shape)

    def striped(self, x: float, y: float, width: float, height: float) -> None:
        """A rectangle that is crossed out, for a day that something else held."""
        shape = Rectangle(
            (x, y), width, height, facecolor=TRACK, edgecolor="#7d828c", hatch="//", linewidth=0
        )
        self.axes.add_patch(shape)

    def png(self) -> bytes:
        """The picture."""
        canvas = FigureCanvasAgg(self.figure)
        canvas.draw()
        out = io.BytesIO()
        # Flat colours: a palette makes a third of the size out of it.
        size = canvas.get_width_height()
        whole = Image.frombytes("RGBA", size, bytes(canvas.buffer_rgba())).convert("RGB")
        whole.quantize(COLOURS).save(out, "PNG")
        return out.getvalue()


def paint(sheet: Sheet) -> bytes:
    """The picture (PNG) of a sheet."""
    parts = [
        (_calendar_height(), _calendar) if sheet.days else None,
        (_strength_height(sheet), _strength) if sheet.strength else None,
        (_sure_height(sheet), _sure) if sheet.sure else None,
    ]
    shown = [part for part in parts if part is not None]
    canvas = _Canvas(MARGIN + sum(height for height, _ in shown) + GAP_BELOW * (len(shown) - 1) + MARGIN)
    y = MARGIN
    for height, draw in shown:
        draw(canvas, sheet, y)
        y += height + GAP_BELOW
    return canvas.png()


def _calendar_height() -> int:
    return 60 + 40 + DAYS_A_WEEK * (CELL_H + GAP) + 40


def _calendar(canvas: _Canvas, sheet: Sheet, top: int) -> None:
    weeks = -(-len(sheet.days) // DAYS_A_WEEK)
    canvas.text(MARGIN, top + 20, f"The last {weeks} weeks", TITLE)
    left, y = MARGIN + GUTTER, top + 60
    width = (WIDTH - MARGIN - left) / weeks - GAP
    for place, month in sheet.months:
        canvas.text(left + place * (width + GAP), y + 16, month, SMALL, DIM)
    y += 40
    for row, name in enumerate(WEEKDAYS):
        canvas.text(MARGIN, y + row * (CELL_H + GAP) + CELL_H / 2, name, SMALL, DIM)
    for number, day in enumerate(sheet.days):
        week, row = divmod(number, DAYS_A_WEEK)
        _square(canvas, day, left + week * (width + GAP), y + row * (CELL_H + GAP), width)
    letters = {day.letter for day in sheet.days}
    told = ("number: answers graded", *(words for letter, words in LETTERS.items() if letter in letters))
    canvas.text(MARGIN, y + DAYS_A_WEEK * (CELL_H + GAP) + 22, "   ".join(told), SMALL, DIM)


LETTERS = {"F": "F: freeze", "A": "A: I was away", "Z": "Z: zone change"}


def _square(canvas: _Canvas, day: Square, x: float, y: float, width: float) -> None:
    middle = (x + width / 2, y + CELL_H / 2)
    for least, colour, ink in SHADES:
        if day.answers >= least:
            canvas.block(x, y, width, CELL_H, colour)
            canvas.text(*middle, str(day.answers), LABEL, ink, "center")
            return
    if day.letter:
        canvas.striped(x, y, width, CELL_H)
        canvas.text(*middle, day.letter, LABEL, TEXT, "center")
    else:
        canvas.block(x, y, width, CELL_H, TRACK)


def _strength_height(sheet: Sheet) -> int:
    return 66 + -(-len(sheet.strength) // 2) * ROW_H


def _strength(canvas: _Canvas, sheet: Sheet, top: int) -> None:
    canvas.text(MARGIN, top + 20, sheet.strength_title, TITLE)
    width = (WIDTH - 3 * MARGIN) / 2
    rows = -(-len(sheet.strength) // 2)
    for number, bar in enumerate(sheet.strength):
        column, row = divmod(number, rows)
        _bar(canvas, bar, MARGIN + column * (width + MARGIN), top + 66 + row * ROW_H, width, STRENGTH)


def _bar(canvas: _Canvas, bar: Bar, x: float, y: float, width: float, colour: str) -> None:
    """A label above a bar that has its note to the right."""
    canvas.text(x, y + 16, bar.label, LABEL)
    length = width - 92
    canvas.block(x, y + 38, length, BAR_H, TRACK)
    if bar.share > 0:
        canvas.block(x, y + 38, max(length * min(bar.share, 1.0), 6), BAR_H, colour)
    canvas.text(x + width, y + 38 + BAR_H / 2, bar.note, LABEL, TEXT, "right")


def _sure_height(sheet: Sheet) -> int:
    return 108 + len(sheet.sure) * 56


def _sure(canvas: _Canvas, sheet: Sheet, top: int) -> None:
    canvas.text(MARGIN, top + 20, "How sure, and how right", TITLE)
    canvas.text(MARGIN, top + 70, "average score of first tries, out of 10 (how many)", SMALL, DIM)
    left, right = MARGIN + 250, WIDTH - MARGIN - 240
    for row, bar in enumerate(sheet.sure):
        y = top + 108 + row * 56
        canvas.text(MARGIN, y + 20, bar.label, LABEL)
        canvas.block(left, y + 4, right - left, 34, TRACK)
        if bar.share > 0:
            canvas.block(left, y + 4, max((right - left) * min(bar.share, 1.0), 6), 34, SURE)
        canvas.text(right + 20, y + 20, bar.note, LABEL)
