"""What everything on the machine takes of its cores, so that a page tells what else was going on. Linux only."""

import os
from pathlib import Path

IDLE = (3, 4)  # idle, and idle while a disk is waited for
COUNTED = 8  # the columns after these are parts of the first two


def busy_time() -> float:
    """Processor time that all cores have given to anybody (other machines on the same hardware too), in seconds."""
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    times = [int(one) for one in first.split()[1:]][:COUNTED]
    return sum(one for place, one in enumerate(times) if place not in IDLE) / os.sysconf("SC_CLK_TCK")
