"""What went wrong, as one clear message: of click, of the operating system, of our own."""

import difflib
from collections.abc import Sequence

import click
from click import exceptions

from commands.group import said, screen
from engine.errors import AnumatError, Reason, WrongUse


def explained(error: Exception, argv: Sequence[str]) -> int:
    """Say what went wrong to whoever typed `argv`; the exit code."""
    asked = said("--lang", argv)
    speaker = screen(asked if asked in ("th", "en") else None, json="--json" in argv)
    if isinstance(error, exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.Abort):
        speaker.refuse(WrongUse(Reason("aborted", "ยกเลิกแล้ว", "aborted")))
        return 130
    if isinstance(error, exceptions.NoArgsIsHelpError) and not speaker.json:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    if isinstance(error, click.ClickException):
        error = WrongUse(_misused(error))
    if not isinstance(error, AnumatError):
        error = unexpected(error)
    speaker.refuse(error)
    return error.exit_code


def _misused(error: click.ClickException) -> Reason:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "anumat"
    th, en = _said_of_use(error)
    stop = "" if en.endswith("?") else "."
    return Reason("usage", f"{th} ดูวิธีใช้: {path} --help", f"{en}{stop} See: {path} --help")


def _said_of_use(error: click.ClickException) -> tuple[str, str]:
    en = error.format_message().rstrip(".")
    match error:
        case exceptions.NoArgsIsHelpError():
            return "ขาดคำสั่ง", "Missing command"
        case exceptions.NoSuchCommand(command_name=name, ctx=context):
            known = context.command.list_commands(context) if context else []  # type: ignore[attr-defined]  # only a group raises it
            near = difflib.get_close_matches(name, known, n=1)
            return (
                f"ไม่มีคำสั่ง “{name}”" + "".join(f" หมายถึง “{n}” หรือไม่" for n in near),
                f"No such command “{name}”" + "".join(f"; is “{n}” meant?" for n in near),
            )
        case exceptions.NoSuchOption(option_name=name):
            return f"ไม่มีตัวเลือก {name}", en
        case exceptions.MissingParameter(param=click.Parameter() as missing):
            return f"ขาด {_named(missing, error)}", en
        case exceptions.BadParameter(param=click.Parameter() as bad):
            return f"ค่าของ {_named(bad, error)} ใช้ไม่ได้: {error.message}", en
        case _:
            return f"ใช้คำสั่งไม่ถูกต้อง: {en}", en


def _named(parameter: click.Parameter, error: click.UsageError) -> str:
    return parameter.get_error_hint(error.ctx).replace("'", "")


def unexpected(error: Exception) -> AnumatError:
    """What nobody foresaw, as a refusal that can be shown."""
    if isinstance(error, OSError) and error.strerror:
        name = f"{error.filename}: " if error.filename else ""
        return AnumatError(
            Reason(
                "system",
                f"ระบบปฏิบัติการปฏิเสธ: {name}{error.strerror}",
                f"the operating system refuses: {name}{error.strerror}",
            )
        )
    said_en = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    return AnumatError(
        Reason(
            "internal",
            f"เกิดข้อผิดพลาดภายใน ไม่มีสิ่งใดถูกบันทึกครึ่งทาง ({said_en}) ตั้ง ANUMAT_DEBUG=1 แล้วแจ้งผู้ดูแลระบบ",
            f"an internal error, nothing is half done ({said_en}). "
            "Set ANUMAT_DEBUG=1 for the details and tell whoever looks after the system",
        )
    )
