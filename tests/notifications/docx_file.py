"""The parts of a Word file that are the same for every letter: styles, settings, relations."""

import struct
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

CM = 567
WIDE = 9071  # 16 cm
MIDDLE = 4252  # the paper's middle, from the left margin
NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
}
XMLNS = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def sized(half_points: int, *, bold: bool = True, more: str = "") -> str:
    both = "<w:b/><w:bCs/>" if bold else ""
    return f'{both}{more}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def style(name: str, paragraph: str = "", run: str = "") -> str:
    basis = '<w:basedOn w:val="Normal"/>' if name != "Normal" else ""
    kind = "customStyle" if basis else "default"
    return (
        f'<w:style w:type="paragraph" w:{kind}="1" w:styleId="{name}"><w:name w:val="{name}"/>'
        f"{basis}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def styles() -> str:
    fonts = " ".join(
        f'w:{script}="TH SarabunPSK"' for script in ("ascii", "hAnsi", "eastAsia", "cs")
    )
    before = '<w:spacing w:before="120"/>'
    tiny = '<w:spacing w:line="120" w:lineRule="exact"/>'
    right_half = f'<w:ind w:left="{MIDDLE - CM}"/><w:jc w:val="center"/>'
    red = sized(64, more='<w:color w:val="FF0000"/>')
    each = (
        style("Normal"),
        style("Urgency", '<w:spacing w:line="737" w:lineRule="exact"/>', red),
        style("Label", before),
        style("Dotted"),
        style(
            "MemoTitle", '<w:spacing w:before="60" w:after="200" w:line="700" w:lineRule="exact"/>'
        ),
        style("Body", f'{before}<w:ind w:firstLine="{int(2.5 * CM)}"/>'),
        style("AfterTable", tiny, sized(4, bold=False)),
        style("TableText", "", sized(28, bold=False)),
        style("TableHead", '<w:keepNext/><w:jc w:val="center"/>', sized(28)),
        style("LetterClosing", f'<w:keepNext/><w:spacing w:before="240"/>{right_half}'),
        style("LetterSignature", f"<w:keepLines/>{right_half}"),
        style("Contact", '<w:keepLines/><w:spacing w:before="400"/>'),
        style("AnnexLabel", '<w:keepNext/><w:pageBreakBefore/><w:jc w:val="right"/>'),
        style("Annex", f'<w:keepNext/>{before}<w:jc w:val="center"/>', "<w:b/><w:bCs/>"),
    )
    return (
        f"<w:styles {XMLNS}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {fonts}/>"
        '<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="en-US" '
        'w:bidi="th-TH"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        f"{''.join(each)}</w:styles>"
    )


SETTINGS = (
    f'<w:settings {XMLNS}><w:defaultTabStop w:val="709"/><w:characterSpacingControl '
    'w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-US" w:bidi="th-TH"/></w:settings>'
)
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>'
)


def relations(*each: tuple[str, str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, kind, target in each
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{lines}</Relationships>'


def content_types() -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    kinds = {
        "/word/document.xml": f"{word}document.main+xml",
        "/word/styles.xml": f"{word}styles+xml",
        "/word/settings.xml": f"{word}settings+xml",
        "/word/header1.xml": f"{word}header+xml",
        "/word/header2.xml": f"{word}header+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    parts = "".join(
        f'<Override PartName="{at}" ContentType="{kind}"/>' for at, kind in kinds.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{parts}</Types>'
    )


def frame(wide: int = 180, high: int = 200) -> bytes:
    """A PNG file: a thin grey frame, transparent inside."""
    edge, side = b"\x78\xff" * wide, b"\x78\xff"
    line = side + b"\x00\x00" * (wide - 2) + side
    pixels = b"".join(b"\x00" + row for row in (edge, *[line] * (high - 2), edge))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 4, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b"")
    )


def write(path: Path, inner: str, heads: tuple[str, str], *, emblem_in: str) -> None:
    """`heads` are those of later pages and of the first one."""
    pictured = ("rIdEmblem", RELATION + "image", "media/emblem.png")
    document = (
        ("rIdStyles", RELATION + "styles", "styles.xml"),
        ("rIdSettings", RELATION + "settings", "settings.xml"),
        ("rIdPages", RELATION + "header", "header1.xml"),
        ("rIdFirst", RELATION + "header", "header2.xml"),
        *((pictured,) if emblem_in == "document" else ()),
    )
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    files = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relations(
            ("rId1", RELATION + "officeDocument", "word/document.xml"),
            ("rId2", core, "docProps/core.xml"),
        ),
        "docProps/core.xml": CORE,
        "word/document.xml": f"<w:document {XMLNS}><w:body>{inner}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(*document),
        "word/styles.xml": styles(),
        "word/settings.xml": SETTINGS,
        "word/header1.xml": f"<w:hdr {XMLNS}>{heads[0]}</w:hdr>",
        "word/header2.xml": f"<w:hdr {XMLNS}>{heads[1]}</w:hdr>",
    }
    if emblem_in == "header2":
        files["word/_rels/header2.xml.rels"] = relations(pictured)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(ZipInfo(name), HEAD + text, ZIP_DEFLATED)
        archive.writestr(ZipInfo("word/media/emblem.png"), frame())
