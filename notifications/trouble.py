"""Why another machine could not be spoken to, in words for whoever runs this one."""

import socket
import ssl
from collections.abc import Mapping

from notifications.text import one_line

_LONGEST = 300
_TOO_OLD = (
    "ปลายทางใช้ TLS รุ่นเก่าที่ไม่ปลอดภัยแล้ว",
    "it speaks only a version of TLS that is too old to be safe",
)
_OF_TLS: Mapping[str, tuple[str, str]] = {
    "WRONG_VERSION_NUMBER": (
        "ปลายทางไม่ได้เริ่มด้วย TLS (ตรวจสอบ port และวิธีเข้ารหัส)",
        "it does not begin with TLS (look at the port and the kind of encryption)",
    ),
    "UNSUPPORTED_PROTOCOL": _TOO_OLD,
    "TLSV1_ALERT_PROTOCOL_VERSION": _TOO_OLD,
}


def because(why: Exception) -> tuple[str, str]:
    """In Thai and English; what nobody has words for is said in its own."""
    match why:
        case ssl.SSLCertVerificationError():
            said = why.verify_message
            return f"ใบรับรองไม่น่าเชื่อถือ ({said})", f"its certificate is not trusted ({said})"
        case ssl.SSLError() if why.reason in _OF_TLS:
            return _OF_TLS[why.reason]
        case TimeoutError():
            return "ไม่ตอบภายในเวลาที่กำหนด", "no answer in time"
        case ConnectionRefusedError():
            return "เครื่องไม่รับการเชื่อมต่อ", "connection refused"
        case socket.gaierror():
            return "ไม่พบชื่อเครื่อง", "nobody knows its name"
    said = one_line(why)[:_LONGEST]
    return said, said
