"""The folder: nothing twice, nothing in part, and a clear word where nothing went."""

import errno
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.folder import Folder
from notifications.parcel import Parcel
from notifications.transports import NotSent, Unreadable
from tests.notifications.samples import DIGEST, MANY, a_parcel

PROCESSES = multiprocessing.get_context("forkserver")  # nothing of the parent's is shared
PROCESSES.set_forkserver_preload(["notifications.folder", "tests.notifications.samples"])
PATIENCE = 60


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


PARCEL = a_parcel()


def somyings(number: int) -> Parcel:
    return a_parcel(MANY, key=f"somying|{number}")


def test_a_folder_gets_one_file_per_message_and_is_made_where_it_is_missing(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "post" / "out")
    assert folder.holds(DIGEST.key, DIGEST.office) is False
    folder.send(PARCEL)
    assert files(folder.path) == ["2020-10-16-somying-4b9290960e4d87d5.eml"]
    [file] = folder.path.iterdir()
    assert file.read_bytes() == PARCEL.message.as_bytes()
    assert folder.holds(DIGEST.key, DIGEST.office) is True
    assert folder.holds(DIGEST.key, "another office") is False
    assert folder.holds("somying|2020-10-17", DIGEST.office) is False


def test_the_same_message_again_changes_nothing(tmp_path: Path) -> None:
    Folder(tmp_path).send(PARCEL)
    [file] = tmp_path.iterdir()
    before = file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino
    Folder(tmp_path).send(a_parcel(lines=MANY.lines))
    assert files(tmp_path) == [file.name]
    assert (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_many_senders_of_one_message_make_one_file(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(Folder(tmp_path).send, [PARCEL] * 40))
    assert files(tmp_path) == ["2020-10-16-somying-4b9290960e4d87d5.eml"]


@given(st.lists(st.tuples(st.text(), st.text()), unique=True, min_size=1, max_size=4))
def test_every_key_has_a_file_of_its_own_with_a_name_for_any_system(
    tmp_path_factory: pytest.TempPathFactory, sent: list[tuple[str, str]]
) -> None:
    folder = Folder(tmp_path_factory.mktemp("out"))
    for key, person in sent * 2:
        folder.send(a_parcel(key=f"{person}|{key}", person=person))
    keys = {f"{person}|{key}" for key, person in sent}
    names = files(folder.path)
    assert len({name.lower() for name in names}) == len(names) >= len(keys)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.") for name in names)
    assert all(len(name) < 100 for name in names)
    assert all(folder.holds(key, DIGEST.office) for key in keys)


def test_on_a_disk_without_links_the_file_is_there_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    for _ in range(2):
        Folder(tmp_path).send(PARCEL)
        assert files(tmp_path) == ["2020-10-16-somying-4b9290960e4d87d5.eml"]


# --- What fails ----------------------------------------------------------------------------------


def failing(code: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@contextmanager
def smallest_files() -> Iterator[None]:
    """The system lets nobody write more than a few bytes: a write ends in the middle."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_write_that_ends_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    with smallest_files(), pytest.raises(NotSent, match="larger than the system allows"):
        Folder(tmp_path).send(a_parcel(MANY))
    assert files(tmp_path) == []
    assert Folder(tmp_path).holds(MANY.key, MANY.office) is False
    Folder(tmp_path).send(a_parcel(MANY))
    assert Folder(tmp_path).holds(MANY.key, MANY.office) is True


@pytest.mark.parametrize(
    ("code", "th", "en"),
    [
        (errno.ENOSPC, "เนื้อที่เต็ม", "the disk is full"),
        (errno.EROFS, "อ่านได้อย่างเดียว", "it can only be read"),
        (errno.EACCES, "ไม่มีสิทธิ์", "no permission"),
        (errno.EIO, "Input/output error", "Input/output error"),
    ],
)
def test_what_the_system_refuses_is_said_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, th: str, en: str
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", failing(code))
        with pytest.raises(NotSent) as refused:
            Folder(tmp_path).send(PARCEL)
    thai, english = str(refused.value).split(" / cannot ")
    assert th in thai
    assert en in english
    assert str(tmp_path) in thai
    assert files(tmp_path) == []


def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "post").write_text("not a folder")
    for path in (tmp_path / "post", tmp_path / "post" / "out"):
        with pytest.raises(NotSent, match="it is not a folder"):
            Folder(path).send(PARCEL)
        with pytest.raises(Unreadable, match=r"cannot read the folder .*: it is not a folder"):
            Folder(path).holds(DIGEST.key, DIGEST.office)


def test_where_the_name_may_not_last_the_outcome_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is on the disk and has its name, but the folder cannot be made to keep it."""
    steps = iter([os.fsync, failing(errno.EIO)])

    def sync(handle: int) -> None:
        next(steps)(handle)

    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(OSError, match="Input/output"):
        Folder(tmp_path).send(PARCEL)
    assert Folder(tmp_path).holds(DIGEST.key, DIGEST.office) is True


# --- kill -9 -------------------------------------------------------------------------------------


def _send_for_ever(path: str, begun: Connection) -> None:
    for number in count():
        Folder(Path(path)).send(somyings(number))
        if number == 0:
            begun.send(True)


def _die_at(path: str, step: str) -> None:
    """Ends its process as kill -9 does, where it would take the step."""
    setattr(os, step, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
    Folder(Path(path)).send(somyings(0))


@pytest.mark.parametrize(("step", "there"), [("fsync", False), ("link", False), ("unlink", True)])
def test_a_sender_that_is_killed_at_a_step_leaves_all_or_nothing(
    tmp_path: Path, step: str, *, there: bool
) -> None:
    process = PROCESSES.Process(target=_die_at, args=(str(tmp_path), step))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == -signal.SIGKILL
    parcel = somyings(0)
    assert Folder(tmp_path).holds(parcel.key, parcel.office) is there
    Folder(tmp_path).send(parcel)
    [file] = tmp_path.glob("*.eml")
    assert file.read_bytes() == parcel.message.as_bytes()
    [part] = set(tmp_path.iterdir()) - {file}
    assert part.match(".anumat-*.part")


def test_a_sender_that_is_killed_at_any_time_leaves_whole_files(tmp_path: Path) -> None:
    for milliseconds in (0, 3, 10, 30, 50):
        folder = tmp_path / str(milliseconds)
        here, there = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=_send_for_ever, args=(str(folder), there))
        process.start()
        assert here.poll(PATIENCE)
        time.sleep(milliseconds / 1000)
        process.kill()
        process.join(PATIENCE)
        found = list(folder.glob("*.eml"))
        whole = {somyings(number).message.as_bytes() for number in range(len(found))}
        assert {file.read_bytes() for file in found} == whole
        assert all(message_from_bytes(message).get_payload() for message in whole)
