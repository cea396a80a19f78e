"""Takes the newcomer's two commands out of the README and runs them as they stand."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
START_S = 600  # installing takes most of it
STOP_S = 30


def commands() -> tuple[str, str]:
    """The two lines: the one that starts the sandbox, and the one that runs the tests."""
    lines = re.findall(r"^pip install .+ && .+$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if len(lines) != 2 or "sandbox" not in lines[0] or "pytest" not in lines[1]:
        sys.exit(f"The README should have exactly two commands, sandbox and pytest; it has {lines}")
    return lines[0], lines[1]


def try_sandbox(command: str) -> None:
    """Run it, wait for the address it prints, fetch it, send SIGINT as a terminal would, expect status 0."""
    print(f"$ {command}", flush=True)
    process = subprocess.Popen(
        ["bash", "-c", command], stdout=subprocess.PIPE, text=True, start_new_session=True, cwd=README.parent
    )
    alarm = threading.Timer(START_S, lambda: os.killpg(process.pid, signal.SIGKILL))
    alarm.start()
    address = None
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        if found := re.search(r"http://127\.0\.0\.1:\d+\S*", line):
            address = found[0]
            break
    alarm.cancel()
    if address is None:
        sys.exit(f"The sandbox ended without printing an address (status {process.wait()}).")
    with urllib.request.urlopen(address, timeout=10) as page:
        text = page.read().decode()
        if page.status != 200 or "<html" not in text:
            sys.exit(f"{address} answered {page.status} and no page.")
    print(f"{address} answers with a page of {len(text)} characters.", flush=True)
    os.killpg(process.pid, signal.SIGINT)
    rest = threading.Thread(target=lambda: sys.stdout.writelines(process.stdout or ()))
    rest.start()
    started = time.monotonic()
    try:
        status = process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        sys.exit(f"The sandbox did not stop within {STOP_S} s.")
    print(f"The sandbox stopped with status {status} after {time.monotonic() - started:.1f} s.", flush=True)
    if status:
        sys.exit(1)


if __name__ == "__main__":
    sandbox, tests = commands()
    try_sandbox(sandbox)
    print(f"$ {tests}", flush=True)
    sys.exit(subprocess.call(["bash", "-c", tests], cwd=README.parent))
