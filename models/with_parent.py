"""A process that ends when the one that started it does, whatever ended that one."""

import ctypes
import os
import signal
from contextlib import suppress

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int, by: signal.Signals) -> bool:
    """Ask Linux for a signal when the parent's thread that started this process ends.

    Outlives exec; other systems have no such thing, and nothing happens there.

    Args:
        parent: the process that should be this one's parent.
    Returns:
        whether it is still; where it ended before it could be asked for, no signal will come.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(by))
    return os.getppid() == parent


def end_with(parent: int) -> None:
    """For a process of a pool: it would wait for work for ever after a parent that was killed."""
    if not end_with_parent(parent, signal.SIGKILL):
        os._exit(1)
