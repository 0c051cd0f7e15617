"""Routes of criteria sheets, their files and the officers' own settings, and who is answered what there."""

from __future__ import annotations

from registry.permissions import Permission
from tests.house.access.answers import BULK_EMPTY, HIDDEN, SELF

Table = tuple[tuple[str, str], ...]
REVIEW = Permission.REVIEW
SHEET_ROUTES = {
    "attachments.document": ("/files/applications/<int:application_id>.docx", ("GET",), Permission.FILE_READ),
    "import_files.enterprises": ("/admin/imports/enterprises.xlsx", ("GET",), Permission.LIST_IMPORT),
    "sheets.sheets": ("/review/sheets", ("POST",), REVIEW),
    "sheets.save": ("/review/sheets/save", ("POST",), REVIEW),
    "sheet_upload.upload": ("/review/sheets/upload", ("GET",), REVIEW),
    "sheet_upload.preview": ("/review/sheets/upload", ("POST",), REVIEW),
    "sheet_upload.apply": ("/review/sheets/apply", ("POST",), REVIEW),
    "saved_filters.keep": ("/review/filters", ("POST",), REVIEW),
    "saved_filters.remove": ("/review/filters/<int:filter_id>/remove", ("POST",), REVIEW),
    "account.keys": ("/account/keys", ("POST",), Permission.ACCOUNT_OWN),
    "sheet_files.chosen": ("/review/download", ("POST",), REVIEW),
    "sheet_files.sheets_xlsx": ("/review/sheets.xlsx", ("GET",), REVIEW),
    "sheet_files.files_zip": ("/review/files.zip", ("GET",), REVIEW),
    "sheet_files.archive": ("/review/<int:application_id>/files.zip", ("GET",), REVIEW),
    "sheet_files.docx": ("/review/<int:application_id>/sheet.docx", ("GET",), REVIEW),
    "sheet_files.xlsx": ("/review/<int:application_id>/sheet.xlsx", ("GET",), REVIEW),
}
#            public own colleague other pending tnq wjq city publisher expert administrator auditor limited
OFFICER = "302 403 403 403 302 200 200 200 200 403 403 403 302"
CASE = "302 403 403 403 302 200 404 200 200 403 403 403 302"
SHEETS_GET: Table = (
    (
        OFFICER,
        """
            sheet_upload.upload /review/sheets/upload
        """,
    ),
    (
        CASE,
        """
            sheet_files.sheets_xlsx /review/sheets.xlsx?id={submitted}
            sheet_files.docx /review/{submitted}/sheet.docx
            sheet_files.xlsx /review/{submitted}/sheet.xlsx
            sheet_files.archive /review/{submitted}/files.zip
            sheet_files.files_zip /review/files.zip?id={submitted}
        """,
    ),
)
SHEETS_POST: Table = (
    (
        BULK_EMPTY,
        """
            sheets.sheets /review/sheets
            sheets.save /review/sheets/save
            sheet_upload.preview /review/sheets/upload
            sheet_upload.apply /review/sheets/apply
            sheet_files.chosen /review/download
            saved_filters.keep /review/filters
        """,
    ),
    (HIDDEN, "saved_filters.remove /review/filters/99/remove"),
    ("401 403 403 403 403 303 404 404 404 403 403 403 403", "saved_filters.remove /review/filters/{filter}/remove"),
    (SELF, "account.keys /account/keys keys=yes"),
    ("401 403 403 403 403 200 200 200 200 403 403 403 403", "sheets.sheets /review/sheets id={submitted}"),
    (
        "401 403 403 403 403 303 303 303 303 403 403 403 403",
        "sheet_files.chosen /review/download id={submitted}&file=files",
    ),
)
