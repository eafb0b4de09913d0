"""An office with letters to write: what was decided of a department's and two provinces' items."""

from pathlib import Path

from tests.commands.typist import EXAMPLES, Typist, furnish

DEPARTMENT, PROVINCES = "MTG-2563-003", "MTG-2564-011"
ITEMS = [f"IND-2564-000{number}" for number in range(1, 7)]
UNITS = ("กองสารนิเทศ", "สถาบันดำรงราชานุภาพ")  # no organisations of their own
TODAY = "2564-12-16"
TAKING_PART = ("TH-11", "TH-50")


def furnish_letters(typist: Typist, folder: Path) -> None:
    """`furnish`, with everybody who is written to. On 16 December 2564 the six indicators of
    OPS-MOI are approved and accepted, and those of two provinces too; nobody was told."""
    furnish(typist)
    typist(
        "import", "organisations", EXAMPLES / "provinces.csv", "--kind", "province",
        "--parent", "PROVINCES",
    )  # fmt: skip
    for what in ("correspondents", "signatories"):
        typist("import", what, EXAMPLES / f"{what}.csv")
    typist("import", "people", EXAMPLES / "fy2565_people.csv")
    typist("import", "grants", EXAMPLES / "fy2565_grants.csv")
    _department(typist)
    _provinces(typist, folder)
    typist.now = TODAY


def _department(typist: Typist) -> None:
    typist.now = "2563-12-31 16:00"
    for ref, unit in zip(ITEMS, UNITS, strict=False):
        typist("revise", ref, "--set", f"lead_unit={unit}", "--as", "somying")
    _bulk(typist, "submit", "somying")
    _meeting(typist, "MTG-2563-001", "IWG-OPS", "boonchai")
    _bulk(typist, "endorse", "wichai", "--meeting", "MTG-2563-001")
    _meeting(typist, "MTG-2563-002", "MEC-MOI", "ps-moi")
    _bulk(typist, "endorse", "malee", "--meeting", "MTG-2563-002")
    _bulk(typist, "submit_to_opdc", "somying")
    _meeting(typist, DEPARTMENT, "WG-DEPT", "opdc-chair")
    _bulk(typist, "approve", "anong", "--meeting", DEPARTMENT)
    _bulk(typist, "accept", "somying")


def _provinces(typist: Typist, folder: Path) -> None:
    typist.now = "2564-12-15 16:00"
    rows = (EXAMPLES / "fy2565_province_sets.csv").read_text("utf-8").splitlines(keepends=True)
    sets = folder / "sets.csv"
    sets.write_text(rows[0] + "".join(r for r in rows if r.startswith(TAKING_PART)), "utf-8")
    typist("cycle", "open", "2565-provinces")
    typist(
        "import", "indicators", sets, "--cycle", "2565-provinces", "--workflow",
        "indicator_province", "--catalogue", EXAMPLES / "fy2565_indicator_details.csv",
    )  # fmt: skip
    for code in TAKING_PART:
        _bulk(typist, "submit", f"co-{code.lower()}", "--where", f"organisation={code}")
    _bulk(typist, "propose", "anong", "--where", "state=opdc_analysis")
    _meeting(typist, "MTG-2564-010", "SC-PROV", "opdc-chair")
    _bulk(typist, "endorse", "suda", "--meeting", "MTG-2564-010", "--where", "state=committee")
    _meeting(typist, PROVINCES, "SUB-PDC", "opdc-chair")
    _bulk(typist, "approve", "kitti", "--meeting", PROVINCES, "--where", "state=sub_commission")


def _meeting(typist: Typist, ref: str, body: str, chair: str) -> None:
    day = typist.now.partition(" ")[0]
    typist("meeting", "add", ref, "--body", body, "--on", day, "--chair", chair)


def _bulk(typist: Typist, trigger: str, person: str, *more: str) -> None:
    where = () if "--where" in more else ("--where", "cycle=2564-departments")
    typist("bulk", trigger, "--as", person, *where, *more)
