"""One application on the demo stock for all questions to the open interfaces, which write nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from registry.config import Settings
from tests.conftest import give_back

BASE = "http://localhost"


@pytest.fixture(scope="package")
def open_file(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo stock with what it lacks: a project without coordinates is there, one without a day is made."""
    path = tmp_path_factory.mktemp("open") / "registry.db"
    shutil.copyfile(demo_file, path)
    return path


@pytest.fixture(scope="package", params=["", "/smart"], ids=["at the root", "under a prefix"])
def open_app(request: pytest.FixtureRequest, open_file: Path) -> Iterator[Flask]:
    """The application, once at the root and once under a prefix."""
    app = create_app(
        Settings(
            data_dir=open_file.parent,
            database_url=f"sqlite:///{open_file}",
            secret_key="k" * 32,
            base_path=request.param,
        )
    )
    app.config["PREFIX"] = request.param
    yield app
    give_back(app.extensions["registry"].engine)


class Asker:
    """Asks addresses of `/ogc`, given whole or below it."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, app.test_client()
        self.root = f"{BASE}{app.config['PREFIX']}"

    def ask(self, address: str, status: int = 200, **options: Any) -> Any:
        """The answer's JSON."""
        response = self.response(address, **options)
        assert response.status_code == status, (address, response.status_code, response.get_data(as_text=True)[:300])
        return response.json

    def response(self, address: str, **options: Any) -> Any:
        """The answer."""
        if not address.startswith("http"):
            address = f"{self.root}{address}"
        assert address.startswith(self.root)
        response = self.client.get(address.removeprefix(BASE), **options)
        response.get_data()
        response.close()
        return response

    def features(self, query: str = "", collection: str = "projects") -> list[Any]:
        """All features of a question, page after page."""
        found, address = [], f"/ogc/collections/{collection}/items?{query}"
        while address:
            page = self.ask(address)
            found += page["features"]
            address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
        return found


@pytest.fixture(scope="package")
def asker(open_app: Flask) -> Asker:
    """Somebody who asks."""
    return Asker(open_app)
