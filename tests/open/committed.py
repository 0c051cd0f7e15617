"""`python -m tests.open.committed` writes docs/openapi.json: the description of a fresh installation, without examples."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from flask import Flask

from app import create_app
from registry.config import Settings
from registry.i18n import language
from registry.views.open.document import openapi
from registry.views.web.runtime import catalogue
from tests.conftest import initialise

FILE = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


def written(app: Flask) -> str:
    """The file for an application at the root, in English."""
    with app.test_request_context("/api/openapi.json?lang=en"):
        app.preprocess_request()
        assert language() == "en"
        return json.dumps(openapi(catalogue().lists), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/registry.db"
        initialise(url)
        app = create_app(Settings(data_dir=Path(folder), database_url=url, secret_key="k" * 32))
        FILE.write_text(written(app), encoding="utf-8")
        app.extensions["registry"].engine.dispose()


if __name__ == "__main__":
    main()
