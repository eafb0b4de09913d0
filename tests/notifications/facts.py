"""What real letters are about: the indicators of FY2564, and provinces' requests of FY2565."""

import csv
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notifications.draft import Sender, Signer, drafted, number_of
from notifications.kinds import KINDS
from notifications.paper import Paper
from notifications.samples import samples

MADE_AT = datetime(2021, 1, 20, 2, 0, tzinfo=UTC)
SENDER = Sender(
    code="นร 1203",
    agency="สำนักงาน ก.พ.ร.",
    address=("ถนนพิษณุโลก เขตดุสิต", "กรุงเทพมหานคร 10300"),
    contact=(
        "กองพัฒนาระบบราชการ 1",
        "โทร. 0 2356 9999 ต่อ 8888",
        "ไปรษณีย์อิเล็กทรอนิกส์ saraban@example.go.th",
    ),
)
SIGNER = Signer(
    name="นางสาวสมหญิง ใจดี",
    post="รองเลขาธิการ ก.พ.ร.",
    acting="ปฏิบัติราชการแทน",
    acting_for="เลขาธิการ ก.พ.ร.",
    order_ref="คำสั่งสำนักงาน ก.พ.ร. ที่ 10/2564",
)
_EXAMPLES = Path(__file__).parents[2] / "examples"


def _rows(name: str) -> list[dict[str, str]]:
    with (_EXAMPLES / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


_OPS = _rows("fy2564_ops_moi_indicators.csv")
INDICATORS: list[dict[str, Any]] = [
    {
        "code": row["code"],
        "name_th": row["name_th"],
        "component": row["component"],
        "weight": row["weight"],
        "parts": [
            {"code": part["code"], "name_th": part["name_th"], "weight": part["weight"]}
            for part in _OPS
            if part["parent_code"] == row["code"]
        ],
    }
    for row in _OPS
    if not row["parent_code"]
]
_NAMES = {row["code"]: row["name_th"] for row in _rows("fy2565_province_indicators.csv")}
REQUESTS: list[dict[str, Any]] = [
    {
        "indicator": row["indicator"],
        "indicator_name": _NAMES[row["indicator"]],
        "kind": "target",
        "reason_th": row["reason_th"],
        "changes": {"target_75": "1000", "target_100": "1250.50"},
    }
    for row in _rows("fy2565_change_requests.csv")
]


def facts(kind: str, *, items: int = 0, **changed: Any) -> dict[str, Any]:
    """Facts of a kind; with so many real items, where it is about items."""
    made = samples(kind)[0]
    if items and made["items"]:
        change = kind == "decision_on_change_request"
        contents = REQUESTS if change else INDICATORS
        made["items"] = [
            _item(made["items"][nr % 3], contents[nr % len(contents)]) for nr in range(items)
        ]
    return {**made, **changed}


def _item(like: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    code = content.get("code") or content["indicator"]
    title = content.get("name_th") or f"ขอเปลี่ยนแปลงค่าเป้าหมาย: {content['indicator_name']}"
    return {**like, "code": code, "title": title, "content": deepcopy(content)}


def paper(kind: str, *, items: int = 0, **changed: Any) -> Paper:
    circular = KINDS[kind].form == "circular"
    return drafted(
        kind,
        facts(kind, items=items, **changed),
        SENDER,
        SIGNER,
        number=number_of(SENDER.code, 15, circular=circular),
        dated="2021-01-20",
        copies=("รัฐมนตรีว่าการกระทรวงมหาดไทย", "ปลัดกระทรวงมหาดไทย"),
    )
