"""Outlives a killed supervisor for a moment, to end the process groups that it left.

Reads one group id per line; when the input ends, every group is killed. Kept free of imports to stay small.
"""

import os
import signal
import sys


def main() -> None:
    """Run until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    groups = [int(line) for line in sys.stdin]
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except OSError:
            continue


if __name__ == "__main__":
    main()
