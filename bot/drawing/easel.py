"""The process that draws: a sheet (JSON) per line comes in, a length and a PNG go out; length 0 where painting failed.

It ends when its input does, so it outlives nobody.
"""

import os
import signal
import sys
import traceback

from bot.drawing.sheet import from_json

LENGTH_BYTES = 4
NICE = 10  # answering comes before drawing


def main() -> None:
    """Draw until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for whoever asks
    os.nice(NICE)
    from bot.drawing.paint import paint  # takes most of a second

    for line in sys.stdin.buffer:
        try:
            picture = paint(from_json(line))
        except Exception:  # noqa: BLE001 - the next sheet may be a better one
            traceback.print_exc()
            picture = b""
        sys.stdout.buffer.write(len(picture).to_bytes(LENGTH_BYTES, "big") + picture)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
