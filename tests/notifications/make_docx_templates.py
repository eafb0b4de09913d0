"""How notifications/layouts/*.docx were made: `python -m
tests.notifications.make_docx_templates FOLDER`.

Not part of any run; a test holds the files to it. An office edits a copy of them, in Word. Measures
are those of letter.typ and memo.typ, in twips (567 to a centimetre). What the tags mean,
`notifications.docx` says.
"""

import sys
from pathlib import Path

from tests.notifications.docx_file import MIDDLE, NAMESPACES, WIDE, sized, write

TAB = "<w:r><w:tab/></w:r>"

# --- Words ---------------------------------------------------------------------------------------


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(style: str, *runs: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{"".join(runs)}</w:p>'


def only(tag: str) -> str:
    """A paragraph that holds a tag, and goes away with it."""
    return paragraph("Normal", run("{%p " + tag + " %}"))


def when(name: str, inner: str) -> str:
    return only(f"if {name}") + inner + only("endif")


def tabs(*stops: tuple[str, int]) -> str:
    each = "".join(f'<w:tab w:val="{kind}" w:pos="{place}"/>' for kind, place in stops)
    return f"<w:tabs>{each}</w:tabs>"


def labelled(label: str, value: str, width: int) -> str:
    """A label, and lines beside it that stay clear of it."""
    indent = f'<w:ind w:left="{width}" w:hanging="{width}"/>'
    return paragraph("Label", run(label), TAB, run(value), properties=indent)


# --- Tables --------------------------------------------------------------------------------------


def cell(inner: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def looped(over: str, inner: str, width: str) -> str:
    tags = [paragraph("TableText", run("{%tc " + tag + " %}")) for tag in (over, "endfor")]
    return cell(tags[0], width) + cell(inner, width) + cell(tags[1], width)


def tag_row(tag: str) -> str:
    inner = paragraph("TableText", run("{%tr " + tag + " %}"))
    across = f'<w:tcW w:w="{WIDE}" w:type="dxa"/><w:gridSpan w:val="3"/>'
    return f"<w:tr>{cell(inner, across)}</w:tr>"


def table() -> str:
    """Widths and alignments are set by the program, once it knows the columns."""
    third = WIDE // 3
    width = f'<w:tcW w:w="{third}" w:type="dxa"/>'
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>' for side in sides)
    title = paragraph("TableHead", run("{{ column }}"))
    middle = width + '<w:vAlign w:val="center"/>'
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{WIDE}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/>'
        '<w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        f'</w:tblPr><w:tblGrid>{f"""<w:gridCol w:w="{third}"/>""" * 3}</w:tblGrid>'
        "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        f"{looped('for column in part.columns', title, middle)}</w:tr>"
        f"{tag_row('for row in part.rows')}<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        f"{looped('for text in row', paragraph('TableText', run('{{ text }}')), width)}</w:tr>"
        f"{tag_row('endfor')}</w:tbl>" + paragraph("AfterTable")
    )


def parts(of: str) -> str:
    """Paragraphs and tables. The last paragraph of a letter stays with what follows it."""
    text = run("{{ part.text }}")
    keep = only("elif part.last") + paragraph("Body", text, properties="<w:keepNext/>")
    return (
        only(f"for part in {of}")
        + only("if part.table")
        + paragraph("AfterTable")
        + table()
        + keep
        + only("else")
        + paragraph("Body", text)
        + only("endif")
        + only("endfor")
    )


# --- Letter and memo -----------------------------------------------------------------------------


def emblem(height: float, *, across: str) -> str:
    """Where the emblem stands, 1.5 cm below the paper's edge: `Change Picture` in Word puts it
    there."""
    wide, high = (int(side * 360_000) for side in (height * 0.9, height))
    size = f'cx="{wide}" cy="{high}"'
    return (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        'relativeHeight="1" behindDoc="1" locked="0" layoutInCell="1" allowOverlap="1">'
        f'<wp:simplePos x="0" y="0"/>{across}<wp:positionV relativeFrom="page">'
        f"<wp:posOffset>540000</wp:posOffset></wp:positionV><wp:extent {size}/><wp:wrapNone/>"
        '<wp:docPr id="1" name="emblem" descr="ตราครุฑ"/><a:graphic>'
        f'<a:graphicData uri="{NAMESPACES["pic"]}"><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="1" name="emblem.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        '<a:blip r:embed="rIdEmblem"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:anchor></w:drawing></w:r>"
    )


def letter_head() -> str:
    centred = '<wp:positionH relativeFrom="page"><wp:align>center</wp:align></wp:positionH>'
    columns = (3232, 2267, 3572)
    cells = (paragraph("Normal", run("ที่  {{ number }}")), paragraph("Normal"),
             paragraph("Normal", run("{{ agency }}")))  # fmt: skip
    row = "".join(
        cell(inner, f'<w:tcW w:w="{width}" w:type="dxa"/>')
        for inner, width in zip(cells, columns, strict=True)
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    return (
        paragraph("Urgency", emblem(3, across=centred), run("{{ urgency }}"))
        + f'<w:tbl><w:tblPr><w:tblW w:w="{WIDE}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid><w:tr>{row}</w:tr></w:tbl>"
        + paragraph("Label", run("{{ date }}"), properties=f'<w:ind w:left="{MIDDLE}"/>')
        + labelled("เรื่อง", "{{ subject }}", 680)
    )


def dotted(*pairs: tuple[str, str, int]) -> str:
    """Labels, and values on dotted lines that go on to a place."""
    under = '<w:u w:val="dotted"/>'
    runs = [
        run(label, sized(40)) + run(" {{ " + value + " }}", under)
        + f"<w:r><w:rPr>{under}</w:rPr><w:tab/></w:r>"
        for label, value, _ in pairs
    ]  # fmt: skip
    stops = [("left" if place < WIDE else "right", place) for *_, place in pairs]
    return paragraph("Dotted", *runs, properties=tabs(*stops))


def memo_head() -> str:
    return (
        dotted(("ส่วนราชการ", "agency_line", WIDE))
        + dotted(("ที่", "number", WIDE // 2), ("วันที่", "date", WIDE))
        + dotted(("เรื่อง", "subject", WIDE))
    )


def body(head: str, closing: str) -> str:
    annex = paragraph("Annex", run("{{ annex.title }}"))
    name, post = run("({{ signer }})"), run("{{ post }}")
    return (
        head
        + labelled("{{ opening }}", "{{ to }}", 680)
        + when("refs", labelled("อ้างถึง", "{{ refs }}", 850))
        + when("enclosures", labelled("สิ่งที่ส่งมาด้วย", "{{ enclosures }}", 1700))
        + parts("body")
        + closing
        + paragraph("LetterSignature", name, properties='<w:keepNext/><w:spacing w:before="850"/>')
        + paragraph("LetterSignature", post)
        + when("contact", paragraph("Contact", run("{{ contact }}")))
        + when("copies", labelled("สำเนาส่ง", "{{ copies }}", 1130))
        + only("for annex in annexes")
        + paragraph("AnnexLabel", run("{{ annex.label }}"))
        + annex
        + parts("annex.body")
        + only("endfor")
    )


def section(header: int) -> str:
    """A4; the page's number is in Thai digits, and the first page has another head."""
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rIdPages"/>'
        '<w:headerReference w:type="first" r:id="rIdFirst"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="1418" w:right="1134" w:bottom="1134" w:left="1701" w:header="{header}" '
        'w:footer="567" w:gutter="0"/><w:pgNumType w:fmt="thaiNumbers"/><w:titlePg/></w:sectPr>'
    )


FIELD = ("begin", "separate", "end")
HEADER_TABS = tabs(("center", MIDDLE), ("right", WIDE))
MARK = run("{{ mark }}", sized(32, more='<w:color w:val="C00000"/>'))


def page_head() -> str:
    edges = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in FIELD}
    asked = '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    field = edges["begin"] + asked + edges["separate"] + run("๒") + edges["end"]
    number = (TAB, run("- "), field, run(" -"))
    return paragraph("Normal", *number, TAB, MARK, properties=HEADER_TABS)


def letter_first() -> str:
    return paragraph("Normal", TAB, TAB, MARK, properties=HEADER_TABS)


def memo_first() -> str:
    left = '<wp:positionH relativeFrom="margin"><wp:posOffset>0</wp:posOffset></wp:positionH>'
    urgency = run("{{ urgency }}", sized(64, more='<w:color w:val="FF0000"/>'))
    title = (emblem(1.5, across=left), TAB, run("บันทึกข้อความ", sized(58)), TAB, urgency)
    mark = paragraph("Normal", TAB, TAB, MARK, properties=HEADER_TABS)
    return paragraph("MemoTitle", *title, properties=HEADER_TABS) + when("mark", mark)


# --- Files ---------------------------------------------------------------------------------------


def main(folder: str) -> None:
    closing = paragraph("LetterClosing", run("{{ closing }}"))
    at = Path(folder)
    letter = body(letter_head(), closing) + section(709)
    write(at / "letter.docx", letter, (page_head(), letter_first()), emblem_in="document")
    memo = body(memo_head(), "") + section(851)
    write(at / "memo.docx", memo, (page_head(), memo_first()), emblem_in="header2")


if __name__ == "__main__":
    main(*sys.argv[1:])
