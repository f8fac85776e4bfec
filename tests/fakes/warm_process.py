"""Processes that begin where the slow imports are done: seconds sooner, and processes all the same.

One process imports and runs nothing; each of these is a fork of it, with an environment, a
standard input, output and error, and an end of its own. That a command imports what it needs, and
says nothing by it, takes a fresh one.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection

IMPORTED = [
    "indexer.checkup",
    "indexer.cli.main",
    "indexer.evaluate",
    "indexer.index_home",
    # No library of the model hub: it reads the environment while it is imported.
    *("cv2", "onnxruntime", "scipy.ndimage", "skimage.io", "tokenizers", "torch", "torchvision"),
]

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(IMPORTED)


class WarmProcess:
    """As much of `subprocess.Popen` as tests need.

    Attributes:
        stdin: takes bytes; stdout and stderr give text.
        returncode: negative where a signal ended it; None until it was waited for.
    """

    def __init__(
        self,
        main: Callable[[], int | None],
        *arguments: object,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Args:
        main: a function that its module names; it finds `arguments` in sys.argv.
        env: instead of this process's environment.
        """
        (its_in, stdin), (stdout, its_out), (stderr, its_err) = (os.pipe() for _ in range(3))
        streams = (
            Connection(its_in, writable=False),
            Connection(its_out, readable=False),
            Connection(its_err, readable=False),
        )
        its_env = dict(os.environ if env is None else env)
        self._process = CONTEXT.Process(
            target=_begin, args=(main, [*map(str, arguments)], its_env, streams)
        )
        self._process.start()
        for stream in streams:
            stream.close()
        self.stdin = os.fdopen(stdin, "wb")
        self.stdout = os.fdopen(stdout, encoding="utf-8")
        self.stderr = os.fdopen(stderr, encoding="utf-8")
        self.returncode: int | None = None

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def communicate(self, stdin: bytes = b"") -> tuple[str, str]:
        """Give it all of its input, wait for its end; what it still had to say."""
        with ThreadPoolExecutor(2) as readers:
            said = [readers.submit(stream.read) for stream in (self.stdout, self.stderr)]
            with suppress(BrokenPipeError):  # it may end without reading all of it
                if stdin:
                    self.stdin.write(stdin)
                self.stdin.close()
            out, err = (text.result() for text in said)
        self.wait()
        return out, err

    def wait(self) -> None:
        self._process.join()
        self.returncode = self._process.exitcode

    def close(self) -> None:
        """End it, if it has not ended."""
        self._process.kill()
        self.wait()
        self.stdout.close()
        self.stderr.close()
        with suppress(BrokenPipeError):
            self.stdin.close()


def _begin(
    main: Callable[[], int | None],
    arguments: list[str],
    env: dict[str, str],
    streams: tuple[Connection, ...],
) -> None:
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1, closefd=False)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = [main.__module__, *arguments]
    sys.exit(main())
