"""What the operating system knows of a process: memory and processor time. Linux only, like /proc."""

import os
import platform
from pathlib import Path

MEBIBYTE = 1 << 20


def resident(pid: int) -> float:
    """Memory in use (RSS), in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


def processor_time(pid: int) -> float:
    """Processor time spent so far by all threads of a process, in seconds."""
    # The second field is the command in brackets and may hold anything.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def described() -> str:
    """The machine in one line."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
