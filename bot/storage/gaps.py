"""Blanks what SQLite leaves behind in the unused middle of its pages.

`secure_delete` blanks each row that is deleted. But when SQLite shares the rows of a full page out among its neighbours, it
copies them and leaves the old bytes where they were, in the gap between a page's list of rows and its rows. Such a copy
outlives its row. Blanking a gap changes nothing that SQLite ever reads, and half of it blanked is as good a file as before.
"""

import os
from pathlib import Path
from typing import NamedTuple

FILE_HEADER = 100  # bytes before the header of the first page
INTERIOR = (2, 5)  # kinds of pages that hold rows or keys; their header is 12 bytes long
LEAF = (10, 13)  # here it is 8 bytes long


class Gap(NamedTuple):
    """Bytes of a file that are not in use and not blank: from `start` up to, but without, `end`."""

    start: int
    end: int


class Pages:
    """The file of a database, page by page, beside SQLite's own connections.

    It stays open as long as they are: where locks belong to a process, closing any handle of a file gives up the locks
    that SQLite holds on it. Whoever blanks must be the only one who writes, with an empty log and an empty cache.
    """

    def __init__(self, file: Path) -> None:
        self._handle = file.open("r+b", buffering=0)
        header = self._handle.read(FILE_HEADER)
        size = int.from_bytes(header[16:18], "big")
        self.size = 65536 if size == 1 else size

    def close(self) -> None:
        """Only once no connection is open any more."""
        self._handle.close()

    def blank(self, first: int, number: int) -> bool:
        """Blank the gaps of `number` pages from the one numbered `first` (from 0) on; False behind the last page."""
        self._handle.seek(first * self.size)
        data = self._handle.read(number * self.size)
        for start in range(0, len(data) - self.size + 1, self.size):
            header = FILE_HEADER if first == start == 0 else 0
            gap = _gap(data, start, header, self.size)
            if gap is not None:
                self._handle.seek(first * self.size + gap.start)
                self._handle.write(bytes(gap.end - gap.start))
        return bool(data)

    def flush(self) -> None:
        """See that it reached the disk."""
        os.fsync(self._handle.fileno())


def _gap(data: bytes, page: int, header: int, size: int) -> Gap | None:
    """The gap of the page at `page` if there is anything in it. Overflow and free pages have none: they begin with the number
    of another page, whose first byte is 0 in any file below 64 GB."""
    at = page + header
    kind = data[at]
    if kind not in INTERIOR and kind not in LEAF:
        return None
    rows = int.from_bytes(data[at + 3 : at + 5], "big")
    content = int.from_bytes(data[at + 5 : at + 7], "big") or 65536
    start = at + (12 if kind in INTERIOR else 8) + 2 * rows
    end = page + content
    if not start < end <= page + size or not data[start:end].strip(b"\0"):
        return None
    return Gap(start, end)
