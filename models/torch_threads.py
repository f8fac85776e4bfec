"""Threads that each run torch on one core, side by side.

Torch's own way, one step of one network spread over all cores, meets at a barrier after each of
hundreds of tiny steps, and the threads spin while they wait. Beside any other busy model that is
ruin: seven regions of a photo took 0.34 s on one core and 1.5 to 3.9 s on two. Whole pictures a
core need no barrier.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Thread

from models.workers import MOST_WORKERS

_setting = Lock()
_building = Lock()
_shared: list[ThreadPoolExecutor] = []


def shared_workers() -> ThreadPoolExecutor:
    """The process's pool for embedding: as many threads as torch would use, 8 at the most."""
    import torch

    with _building:
        if not _shared:
            number = min(torch.get_num_threads(), MOST_WORKERS)
            _shared.append(one_core_each(number, "embedding"))
        return _shared[0]


def one_core_each(number: int, prefix: str) -> ThreadPoolExecutor:
    """A pool of `number` threads in which torch keeps to one core; others keep theirs."""
    import torch

    return ThreadPoolExecutor(
        number,
        thread_name_prefix=prefix,
        initializer=_keep_to_one_core,
        initargs=(torch.get_num_threads(),),
    )


def _keep_to_one_core(others: int) -> None:
    """Bind torch to one core in this thread, and leave other threads, also later ones, as is.

    torch keeps one number for each thread that has asked for it, and one for threads to come;
    setting it changes both, so a passing thread puts the second back.
    """
    import torch

    with _setting:
        torch.get_num_threads()
        torch.set_num_threads(1)
        restorer = Thread(target=torch.set_num_threads, args=(others,))
        restorer.start()
        restorer.join()
