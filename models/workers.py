"""Threads for what is no network: pictures are resized in them, and their colours counted.

They know nothing of torch, so that a process whose networks run elsewhere need not import it.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock

MOST_WORKERS = 8
_building = Lock()


def workers() -> ThreadPoolExecutor:
    """The process's pool: as many threads as it may use cores, 8 at the most."""
    with _building:  # two threads that find the cache empty would make two
        return _workers()


@cache
def _workers() -> ThreadPoolExecutor:
    number = min(usable_cores(), MOST_WORKERS)
    return ThreadPoolExecutor(number, thread_name_prefix="pictures")


def usable_cores() -> int:
    """Cores that this process may run on, where the system tells; else those of the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
