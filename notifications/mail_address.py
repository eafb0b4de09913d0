"""An e-mail address: what Anumat sends to and from, and what it says of all others."""

import re

LONGEST, LONGEST_NAME = 254, 64  # RFC 5321, 4.5.3.1; the name stands before the @
_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def usable(address: str) -> bool:
    """Plain letters and digits, no quotes, comments or other ways to say two things at once."""
    name = address.partition("@")[0]
    fits = len(address) <= LONGEST and len(name) <= LONGEST_NAME
    return fits and _ADDRESS.fullmatch(address) is not None


def fault(address: str) -> tuple[str, str]:
    """Why nothing can be sent there, in Thai and English; both empty where it can."""
    if usable(address):
        return "", ""
    if not address.strip():
        return "ไม่มีที่อยู่อีเมล", "no address"
    if not address.isascii():
        return (
            "ที่อยู่อีเมลมีอักษรที่ไม่ใช่ ASCII ระบบส่งไม่ได้",
            "the address has letters outside ASCII, to which Anumat does not send",
        )
    return "ที่อยู่อีเมลไม่ถูกต้อง", "this is no address"
