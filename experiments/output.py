"""Output folders that appear whole or not at all."""

import contextlib
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path


class InputError(ValueError):
    """The user asked for something that cannot be done; the message says what and why."""


def check_folder(folder: Path, force: bool) -> None:
    """Raise InputError if `folder` cannot become a fresh output folder."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(f"--out {folder}: this is not a folder")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / "manifest.json").exists():
            raise InputError(f"--out {folder}: the folder holds files that are no run; choose another")
        if not force:
            raise InputError(f"--out {folder}: the folder holds another run; choose another, or add --force")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".latecomer-"):
            pass
    except OSError as problem:
        raise InputError(f"--out {folder}: cannot write there ({problem.strerror})") from None


@contextlib.contextmanager
def fresh_folder(folder: Path, force: bool = False) -> Iterator[Path]:
    """Yield a hidden folder beside `folder`; it takes its place on success and vanishes otherwise."""
    folder = Path(folder)
    check_folder(folder, force)
    work = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    work.chmod(0o755)
    try:
        with terminated_as_interrupt():
            yield work
        if folder.exists():
            old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-old-"))
            folder.replace(old / "old")
            work.replace(folder)
            shutil.rmtree(old)
        else:
            work.replace(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def terminated_as_interrupt() -> Iterator[None]:
    """Let a polite kill (SIGTERM) clean up like Ctrl-C; only the main thread can arrange it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signum, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
