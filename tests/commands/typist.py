"""A typist: types `anumat` commands in this process, or in one of its own, and keeps the answer."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from cli import main

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PATIENCE = 300  # seconds for a process of its own, on a slow and busy machine
# What must not be loaded before it is needed.
HEAVY = ("sqlalchemy", "sqlmodel", "pydantic", "apscheduler", "alembic", "openpyxl", "yaml")
# What a test's own surroundings must not say.
SILENT = dict.fromkeys(
    (
        "ANUMAT_AS", "ANUMAT_DATABASE_URL", "ANUMAT_NOW", "ANUMAT_LANG", "ANUMAT_DEBUG",
        "ANUMAT_SETTINGS", "NO_COLOR",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What came back; `data` is the JSON document on standard output."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def reasons(self) -> dict[str, str]:
        """Of a refusal in JSON: what was said in English, by code."""
        return {reason["code"]: reason["en"] for reason in self.data["error"]["reasons"]}


@dataclass
class Typist:
    """`typist("show", "IND-2564-0001", code=1)` fails the test unless it ends with 1."""

    url: str
    lang: str = "en"
    now: str = ""
    env: Mapping[str, str] = field(default_factory=dict)

    def __call__(
        self,
        *words: object,
        code: int = 0,
        json: bool = False,
        lang: str = "",
        now: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Answer:
        at = self.now if now is None else now
        options = ["--db", self.url] if self.url else []
        options += ["--lang", lang or self.lang, *(["--now", at] if at else [])]
        options += ["--json"] if json else []
        typed = [*options, *map(str, words)]
        surroundings = {**SILENT, **self.env, **(env or {})}
        result = CliRunner().invoke(main, typed, prog_name="anumat", env=surroundings)
        answer = Answer(result.exit_code, result.stdout, result.stderr)
        assert answer.code == code, f"{words} ended with {answer.code}: {answer.said[-2000:]}"
        assert "Traceback" not in answer.said
        assert "internal error" not in answer.said
        return answer

    def data(self, *words: object, **more: Any) -> Any:
        """What the command says with --json."""
        return self(*words, json=True, **more).data

    def refused(self, *words: object, code: int = 1, **more: Any) -> dict[str, str]:
        """What was said in English, by the reason's code."""
        return self(*words, json=True, code=code, **more).reasons


def run(
    *words: object, cwd: Path, stdin: str = "", env: Mapping[str, str] | None = None, **more: Any
) -> Answer:
    """`anumat` in a process of its own, in English, as somebody with an empty environment."""
    done = subprocess.run(
        [sys.executable, ROOT / "cli.py", *map(str, words)],
        cwd=cwd,
        env=surroundings(env or {}),
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
        **more,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return Answer(done.returncode, done.stdout, done.stderr)


def python(code: str, *words: str, cwd: Path, **env: str) -> str:
    """What the code prints, run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=cwd,
        env=surroundings(env),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout


def surroundings(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in SILENT}
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), **more}


def furnish(typist: Typist) -> None:
    """Make a simulation with the people of FY2564, its cycle, and the six draft indicators."""
    typist("init", "--simulation")
    typist.now = "2563-09-09"
    typist("import", "organisations", EXAMPLES / "organisations.csv")
    typist("import", "people", EXAMPLES / "people.csv")
    typist("import", "grants", EXAMPLES / "grants.csv")
    typist("cycle", "open", "2564-departments", "--date", "draft_submission=2563-10-30")
    typist(
        "import", "indicators", EXAMPLES / "fy2564_ops_moi_indicators.csv",
        "--cycle", "2564-departments", "--workflow", "indicator_department",
        "--organisation", "OPS-MOI", "--as", "somying",
    )  # fmt: skip
