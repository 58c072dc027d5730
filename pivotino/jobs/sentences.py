"""What may be kept and logged of an error. Errors of libraries quote the data they choked on, so their words stay out."""

import re
from traceback import extract_tb

ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\d{6,}")


def class_of(error: BaseException) -> str:
    """`package.module.Name` of an error."""
    return f"{type(error).__module__}.{type(error).__qualname__}"[:200]


def sentence_of(error: BaseException) -> str:
    """Our own errors say their sentence, without addresses, quotes and long numbers; of others only where they arose."""
    if type(error).__module__.startswith("pivotino."):
        return QUOTED.sub("…", ADDRESS.sub("…", str(error)))[:300]
    frames = extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename and "/lib/python" not in frame.filename]
    return f"In {ours[-1].name}, line {ours[-1].lineno}." if ours else ""
