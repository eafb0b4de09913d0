"""The wording of the e-mail that carries an official letter: the letter's own text, what is to be
known about it above, and below it the file in which it is the letter."""

import re

from notifications.digest import Rendered
from notifications.message import LetterPost
from notifications.pages import templates
from notifications.text import lines_of, one_line

_SIMULATION = (
    "จำลอง (SIMULATION): วันเวลาสมมติ ไม่ใช่หนังสือราชการจริง",
    "SIMULATION: the dates are made up, this is no official letter",
)
_COPY = ("สำเนาส่งเพื่อโปรดทราบ", "A copy, for your information")
_RULE = "-" * 60
# What some system does not take in a file's name, and what would hide the file or its kind.
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|]+')
_LONGEST_NAME = 80  # characters of three bytes each, below the 255 of a file's name


def worded(post: LetterPost) -> Rendered:
    """Subject, text and HTML of the message."""
    from markupsafe import escape

    number, subject = one_line(post.number), one_line(post.subject)
    mark = "[จำลอง SIMULATION] " if post.simulation else ""
    # `=?` begins an encoded word, in which the standard library would decode a line's end.
    subject = f"{mark}{' '.join(filter(None, (number, subject)))}".replace("=?", "= ?")
    above = [*(_SIMULATION if post.simulation else ()), *(_COPY if post.copy else ())]
    name, agency, ref = file_name(post.pdf_name), one_line(post.from_name), one_line(post.letter)
    below = [
        f"หนังสือฉบับเต็มอยู่ในเอกสารแนบ: {name}",
        f"The whole letter is attached: {name}",
        f"ส่งโดยระบบอนุมัติ (Anumat) ในนามของ{agency} เลขอ้างอิง {ref}",
        f"Sent by Anumat for {agency}, reference {ref}",
    ]
    text = lines_of(post.text)
    head = [f"*** {line} ***" for line in above]
    plain = "\n".join([*head, *([""] if head else []), *text, "", _RULE, "", *below, ""])
    page = templates(html=True).get_template("mail/letter.html")
    indented = [escape(line) for line in text]  # as Markup, its spaces are let through
    html = page.render(subject=subject, above=above, text=indented, below=below)
    return Rendered(subject, plain, html)


def summary(post: LetterPost) -> tuple[str, str]:
    """One line for a log or a chat, in Thai and English: which letter, to whom; not what it says
    beyond its subject."""
    number, subject = one_line(post.number), one_line(post.subject)
    to = one_line(post.to_name) or one_line(post.to_email)
    th = f"{post.day} หนังสือ {number} เรื่อง {subject} ถึง {to}"
    en = f"{post.day} letter {number} “{subject}” to {to}"
    if post.copy:
        th, en = f"{th} (สำเนา)", f"{en} (copy)"
    return (f"จำลอง {th}", f"SIMULATION {en}") if post.simulation else (th, en)


def file_name(given: str) -> str:
    """A name that every system takes, and that ends as a PDF's does."""
    stem = re.sub(r"(?i)\.pdf$", "", one_line(given).strip())
    stem = one_line(_NOT_IN_NAMES.sub("-", stem)).strip(" .")[:_LONGEST_NAME].strip(" .")
    return f"{stem or 'letter'}.pdf"
