"""Where a template that an office wrote is rendered: in a process of its own, with limits.

The language (`notifications.language`) has nothing to call, and what it lacks is refused before a
template is compiled. What is left can still be made to last and to grow, by loops inside loops.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.errors import Reason, WrongUse
from notifications.inspection import inspected
from notifications.language import compiled, parsed

SECONDS = 3  # of computing; a letter needs a tenth
WAITED = 15.0  # seconds of the wall's clock, on a machine that is busy with something else
MEMORY = 512 * 1024 * 1024
LONGEST = 1_000_000  # characters of rendered text: hundreds of pages

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from notifications.sandbox import serve; serve()"
)
_PATH = "<template>"  # what Jinja calls a template that came from no file


def rendered_apart(source: str, facts: Mapping[str, Any], name: str) -> str:
    """The text of a template. Raises WrongUse with every complaint, or for a broken limit."""
    said = _asked({"source": source, "facts": facts, "name": name})
    if faults := said.get("faults"):
        raise WrongUse(*(Reason(**fault) for fault in faults))
    return str(said["text"])


def complaints_apart(source: str, shape: Mapping[str, Any], name: str) -> list[Reason]:
    """What the language or the facts do not have; nothing is rendered. `shape` are sample facts."""
    said = _asked({"source": source, "shape": shape, "name": name})
    return [Reason(**fault) for fault in said["faults"]]


def rendered_here(source: str, facts: Mapping[str, Any], name: str) -> str:
    """As `rendered_apart`, in this process and without limits."""
    tree = parsed(source)
    if faults := inspected(tree, dict.fromkeys(facts), name):
        raise WrongUse(*faults)
    return _joined(compiled(tree).generate(**facts), name)


def serve() -> None:
    """The other process: one question on its input, the answer on its output."""
    asked = json.loads(sys.stdin.buffer.read())
    name = asked["name"]
    _confine()
    try:
        said: dict[str, Any] = _answered(asked)
    except WrongUse as error:
        said = {"faults": [asdict(reason) for reason in error.reasons]}
    except (MemoryError, RecursionError):
        said = {"faults": [asdict(_too_much(name))]}
    except Exception as error:  # noqa: BLE001  # whatever a template can raise, it is said where
        said = {"faults": [asdict(_explained(error, name))]}
    sys.stdout.buffer.write(json.dumps(said).encode())


def _answered(asked: Mapping[str, Any]) -> dict[str, Any]:
    if "facts" in asked:
        return {"text": rendered_here(asked["source"], asked["facts"], asked["name"])}
    faults = inspected(parsed(asked["source"]), asked["shape"], asked["name"])
    return {"faults": [asdict(fault) for fault in faults]}


def _asked(question: Mapping[str, Any]) -> dict[str, Any]:
    paths = json.dumps([str(Path(path or ".").resolve()) for path in sys.path])
    kept = {key: os.environ[key] for key in ("SYSTEMROOT",) if key in os.environ}  # Windows' need
    try:
        # -I: neither the folder nor the environment that it is started in has a say
        done = subprocess.run(  # noqa: S603  # this interpreter, and nothing that a user wrote
            [sys.executable, "-I", "-X", "utf8", "-c", _START, paths],
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=WAITED,
            env=kept,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise WrongUse(_too_much(question["name"])) from None
    # Ended by the system, at a limit; or there was no memory left to say even that.
    if not done.stdout and (done.returncode < 0 or b"MemoryError" in done.stderr):
        raise WrongUse(_too_much(question["name"]))
    if not done.stdout:
        raise RuntimeError(f"the sandbox did not start: {done.stderr.decode(errors='replace')}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _confine() -> None:
    """No more time and memory than a letter needs, and no files."""
    parsed("")  # what is needed is loaded before
    try:
        import resource
    except ImportError:  # Windows has none of it: there the wall's clock is the limit
        return
    for limit, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS has no limit of memory
            resource.setrlimit(limit, (least, least))


def _joined(pieces: Iterable[str], name: str) -> str:
    found: list[str] = []
    length = 0
    for piece in pieces:
        found.append(piece)
        length += len(piece)
        if length > LONGEST:
            raise WrongUse(_too_much(name))
    return "".join(found)


def _too_much(name: str) -> Reason:
    return Reason(
        "template",
        "แบบหนังสือใช้เวลา หน่วยความจำ หรือเนื้อที่เกินกว่าหนังสือฉบับหนึ่งจะใช้ โปรดตรวจวงวน (for, set)",
        "the template takes more time, memory or room than a letter may; see its loops (for, set)",
        name,
    )


def _explained(error: Exception, name: str) -> Reason:
    said = str(error) or type(error).__name__
    return Reason(
        "template",
        f"แบบหนังสือใช้ไม่ได้: {said}",
        f"the template cannot be used: {said}",
        f"{name}:{_line(error)}",
    )


def _line(error: Exception) -> int:
    """Where in the template: a syntax error knows, of others the trace does."""
    line = getattr(error, "lineno", None)
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == _PATH:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line or 1
