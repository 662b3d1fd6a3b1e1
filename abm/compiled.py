"""The only file that mentions Numba.

A rule is written as plain scalar Python over record arrays and decorated with ``@rule``. Set
``NUMBA_DISABLE_JIT=1`` and the same code runs uncompiled, in a debugger, with the same numbers.

The disk cache of Numba does not notice when a rule imported from another file has changed. We
therefore key the cache folder to the hash of all the sources: an edit takes effect at once.
"""

import functools
import hashlib
import os
import platform
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).parent


@functools.cache
def source_hash() -> str:
    """Return a short hash of every source file of the model, as loaded [16 hexadecimal digits]."""
    digest = hashlib.sha256(platform.python_version().encode())
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return a writable folder for compiled code, keyed to the sources."""
    user = os.environ.get("LATECOMER_CACHE") or os.environ.get("XDG_CACHE_HOME")
    roots = [Path(user)] if user else [Path.home() / ".cache"]
    roots.append(Path(tempfile.gettempdir()) / f"latecomer-{os.getuid() if hasattr(os, 'getuid') else 0}")
    mode = "-checked" if os.environ.get("NUMBA_BOUNDSCHECK") == "1" else ""
    for root in roots:
        folder = root / "latecomer" / (source_hash() + mode)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="latecomer-"))


os.environ["NUMBA_CACHE_DIR"] = str(cache_folder())

import numba  # noqa: E402  (the cache folder must be named before Numba is imported)
import numpy as np  # noqa: E402
from numba.core import types  # noqa: E402
from numba.extending import intrinsic  # noqa: E402

numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]  # if somebody imported Numba before us
COMPILED = not numba.config.DISABLE_JIT

# The interpreter lock is released, so that a batch of runs is a pool of threads. Division by zero
# raises, compiled or not. A rule counts no references to the arrays of the world, which outlive every run:
# counting them at each payment took more than half of a run's time. A rule that makes arrays of its own must count.
OPTIONS = {"cache": True, "nogil": True, "error_model": "python"}
CAN_CHOOSE = hasattr(numba.core.options.DefaultOptions, "_nrt")
rule = numba.njit(**OPTIONS, **({"_nrt": False} if CAN_CHOOSE else {}))
array_rule = numba.njit(**OPTIONS, **({"_nrt": True} if CAN_CHOOSE else {}))  # said, or it would be its caller's choice


def record(fields: list[tuple]) -> np.dtype:
    """Return the record type of `fields`; uncompiled, one whose rows have attributes."""
    plain = np.dtype(fields, align=True)
    return plain if COMPILED else np.dtype((np.record, plain))


if COMPILED:

    @intrinsic
    def high_word(typingctx, a, b):
        """Return the upper 64 bits of the 128-bit product of two 64-bit words."""

        def codegen(context, builder, signature, args):
            from llvmlite import ir

            wide = ir.IntType(128)
            product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
            return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

        return types.uint64(types.uint64, types.uint64), codegen

else:

    def high_word(a, b):
        """Return the upper 64 bits of the 128-bit product of two 64-bit words."""
        return np.uint64((int(a) * int(b)) >> 64)


def low_word_uncompiled(a, b):
    """Return the lower 64 bits of a product, without NumPy's overflow warning."""
    return np.uint64((int(a) * int(b)) & 0xFFFFFFFFFFFFFFFF)


if COMPILED:

    @rule
    def low_word(a, b):
        """Return the lower 64 bits of the product of two 64-bit words."""
        return a * b

    @rule
    def add_words(a, b):
        """Return the sum of two 64-bit words, modulo 2**64."""
        return a + b

else:
    low_word = low_word_uncompiled

    def add_words(a, b):
        """Return the sum of two 64-bit words, modulo 2**64."""
        return np.uint64((int(a) + int(b)) & 0xFFFFFFFFFFFFFFFF)
