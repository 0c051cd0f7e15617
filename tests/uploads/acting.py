"""Making office files and PDF with relations, parts, fields, formulas and actions of one's choice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from tests.uploads import samples

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
WORD, SHEET = "word/_rels/document.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels"


def changed(package: bytes, change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    """A package whose parts went through `change`, with further ones (`__` in a name stands for a slash)."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in added.items():
            new.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def related(package: bytes, part: str, kind: str, target: str, *, outside: bool = True, base: str = OFFICE) -> bytes:
    """A package with one more relation."""
    mode = ' TargetMode="External"' if outside else ""
    relation = f'<Relationship Id="rId99" Type="{base}/{kind}" Target="{target}"{mode}/>'.encode()
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
    with zipfile.ZipFile(io.BytesIO(package)) as held:
        if part not in held.namelist():
            return samples.with_part(package, part, empty % relation)
    return changed(
        package,
        lambda name, old: old.replace(b"</Relationships>", relation + b"</Relationships>") if name == part else old,
    )


def field(instruction: str, *, pieces: int = 1, part: str = "word/document.xml", simple: bool = False) -> bytes:
    """A text with a field, whose instruction may stand in several pieces."""
    text = instruction.replace("&", "&amp;").replace('"', "&quot;")
    size = -(-len(instruction) // pieces)
    cut = [instruction[at : at + size].replace('"', "&quot;") for at in range(0, len(instruction), size)]
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in cut)
    inside = (
        f'<w:fldSimple w:instr="{text}"/>'
        if simple
        else '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + runs + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    if part != "word/document.xml":
        space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        return samples.with_part(samples.docx(), part, f"<w:hdr {space}><w:p>{inside}</w:p></w:hdr>".encode())
    return changed(
        samples.docx(),
        lambda name, old: (
            old.replace(b"<w:sectPr", f"<w:p>{inside}</w:p><w:sectPr".encode(), 1) if name == part else old
        ),
    )


def formula(text: str, *, where: str = "cell") -> bytes:
    """A workbook with a formula in a cell, a name, a check of input or a conditional format."""
    book = Workbook()
    sheet = book.active
    if where == "cell":
        sheet["A1"] = f"={text}"
    elif where == "name":
        book.defined_names["total"] = DefinedName("total", attr_text=text)
    elif where == "check":
        check = DataValidation(type="custom", formula1=text)
        check.add("A1")
        sheet.add_data_validation(check)
    else:
        sheet.conditional_formatting.add("A1", FormulaRule(formula=[text]))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def in_sheet(fragment: bytes) -> bytes:
    """A workbook whose sheet holds one more element."""
    return changed(
        samples.xlsx(),
        lambda name, old: (
            old.replace(b"</worksheet>", fragment + b"</worksheet>") if name.endswith("sheet1.xml") else old
        ),
    )


def drawn(attribute: str) -> bytes:
    """A workbook with a drawing of one shape."""
    space = 'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
    return samples.with_part(
        samples.xlsx(), "xl/drawings/drawing1.xml", f"<xdr:wsDr {space}><xdr:sp {attribute}/></xdr:wsDr>".encode()
    )


def pdf_with(**keys: object) -> bytes:
    """A PDF whose page has one annotation with these keys."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    area = ArrayObject([NumberObject(0), NumberObject(0), NumberObject(50), NumberObject(50)])
    note = {"Type": NameObject("/Annot"), "Subtype": NameObject("/Link"), "Rect": area} | keys
    made = DictionaryObject({NameObject(f"/{name}"): value for name, value in note.items()})
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(made)])
    return written(writer)


def action(kind: str, **keys: str) -> DictionaryObject:
    """An action of a PDF."""
    told = {NameObject(f"/{name}"): TextStringObject(value) for name, value in keys.items()}
    return DictionaryObject({NameObject("/S"): NameObject(kind), **told})


def written(writer: PdfWriter) -> bytes:
    """The bytes of a PDF."""
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def pdf_with_file() -> bytes:
    """A PDF that carries another file."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("invoice.exe", b"MZ")
    return written(writer)


def packed_pdf() -> bytes:
    """A PDF whose script stands in a compressed stream of objects, under a name written in hex."""
    import zlib

    held = b"<</S/J#61vaScript/JS(app.alert\\(1\\))>>"
    packed = zlib.compress(b"4 0 " + held)
    parts = [
        b"%PDF-1.5\n",
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/AA<</O 4 0 R>>>>endobj\n",
        b"5 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream endobj\n"
        % (len(packed), packed),
    ]
    starts = [sum(map(len, parts[:i])) for i in range(1, 6)]
    rows = [
        (0, 0, 255),
        (1, starts[0], 0),
        (1, starts[1], 0),
        (1, starts[2], 0),
        (2, 5, 0),
        (1, starts[3], 0),
        (1, starts[4], 0),
    ]
    table = b"".join(bytes((kind,)) + place.to_bytes(3, "big") + bytes((last,)) for kind, place, last in rows)
    cross = b"6 0 obj<</Type/XRef/Size 7/W[1 3 1]/Root 1 0 R/Length %d>>stream\n%b\nendstream endobj\n" % (
        len(table),
        table,
    )
    return b"".join(parts) + cross + b"startxref\n%d\n%%%%EOF" % starts[4]


def zip_in_pdf() -> bytes:
    """A PDF that is a zip archive as well: the archive's comment is the end of the PDF."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.js", "1")
        archive.comment = b"\nendstream endobj\nstartxref\n9\n%%EOF"
    return samples.pdf()[:9] + b"9 0 obj<<>>stream\n" + target.getvalue()


def chart_text(inner: bytes) -> bytes:
    """A text with a chart and the workbook that it takes its figures from."""
    package = related(samples.docx(), WORD, "chart", "charts/chart1.xml", outside=False)
    package = related(
        package, "word/charts/_rels/chart1.xml.rels", "package", "../embeddings/Book1.xlsx", outside=False
    )
    package = samples.with_part(package, "word/charts/chart1.xml", b"<c:chart xmlns:c='urn:c'/>")
    return samples.with_part(package, "word/embeddings/Book1.xlsx", inner)
