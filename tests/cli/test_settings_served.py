"""Every setting has its effect on the server that ships: two processes of `flask serve`, one with the defaults, one
with each setting changed, are asked for what a person or a program would see of it."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from sqlalchemy import text

from registry.config import SETTINGS
from registry.db import make_engine, writers
from registry.terms import Role
from tests import people
from tests.accounts.mailserver import MailServer
from tests.cities import SHIPPED
from tests.operation.effects import OPERATION
from tests.served import Answer, Served, flask, flask_serve, form_sent

EVIL = "evil.example"
SECRET, FORMER = "s" * 40, "f" * 40
PROXY = {"Host": "site.example", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
SITE = {
    "SITE_NAME": "演示站名",
    "SITE_OWNER": "演示主办",
    "SITE_NAME_EN": "Trial registry",
    "SITE_OWNER_EN": "Trial bureau",
    "SITE_OPERATOR": "演示承办",
    "SITE_PHONE": "0519-00000000",
    "SITE_ADDRESS": "演示路1号",
    "SITE_ICP_NUMBER": "演示ICP备0号",
    "SITE_POLICE_NUMBER": "演示公网安备0号",
    "SITE_ID_CODE": "0000000000",
    "SITE_REPORT_URL": "https://report.example/entry",
    "DATA_LICENCE": "演示开放许可",
    "DATA_LICENCE_URL": "https://licence.example/terms",
}


class Pair:
    """The server with the defaults, the one with every setting changed, and what lies around them."""

    def __init__(self, plain: Served, full: Served, database: Path, email: str, mail: MailServer) -> None:
        self.plain, self.full, self.database, self.email, self.mail = plain, full, database, email, mail


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, demo_file: Path) -> Iterator[Pair]:
    """Both servers and a member of staff in the second one's database."""
    first, second = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("full")
    database = tmp_path_factory.mktemp("database") / "other.db"
    shutil.copyfile(demo_file, database)
    engine = make_engine(f"sqlite:///{database}")
    with writers(engine)() as session:
        email = people.make_account(session, Role.MUNICIPAL_REVIEWER, known_password=True).email
        session.commit()
    engine.dispose()
    assert flask(first, {}, "init").returncode == 0
    city = second / "city"
    shutil.copytree(SHIPPED.folder, city)
    facts = (city / "city.toml").read_text(encoding="utf-8")
    (city / "city.toml").write_text(facts.replace('name = "常州市"', 'name = "演示州市"'), encoding="utf-8")
    changed = SITE | {
        "CITY_DIR": str(city),
        "HOST": "127.0.0.2",
        "WORKERS": "2",
        "LOG_FORMAT": "json",
        "METRICS": "1",
        "DATABASE_URL": f"sqlite:///{database}",
        "SECRET_KEY": SECRET,
        "SECRET_KEY_FALLBACKS": FORMER,
        "DATABASE_POOL": "1",
        "DATABASE_POOLER": "1",
        "BASE_PATH": "/smart",
        "TRUSTED_PROXIES": "1",
        "HOSTS": "also.example, 10.0.0.5",
        "PUBLIC_URL": "https://site.example/smart",
        "BASEMAP": "https://tiles.example/{z}/{x}/{y}.png",
        "BASEMAP_ATTRIBUTION": "演示底图 GS(0000)0号",
        "RETENTION_DAYS": "365",
        "EXPORTS_AT_ONCE": "1",
        "EMBED_ANCESTORS": "https://framing.example",
        "STAFF_SECOND_FACTOR": "1",
        "ADMIN_NETWORKS": "192.0.2.0/24",
        "AUDIT_ADDRESSES": "short",
        "STORAGE_URL": "s3://bucket-none/x?endpoint=http://127.0.0.1:9",
        "STORAGE_KEY": "key",
        "STORAGE_SECRET": "secret",
    }
    given_below = {"PORT", "DATA_DIR", "DATABASE_READ_URL", "MAIL_URL"}
    assert {name for name, _default, _meaning in SETTINGS} - set(changed) == given_below
    mail = MailServer()
    changed["MAIL_URL"] = mail.url
    try:
        with flask_serve(first, {}) as plain, flask_serve(second, changed) as full:
            yield Pair(plain, full, database, email, mail)
    finally:
        mail.close()


def home(answer: Answer) -> str:
    """What the canonical link of a project page begins with."""
    found = re.search(r'rel="canonical" href="([^"]+)/projects/CZ-000001"', answer.body)
    assert found, answer.body[:300]
    return found[1]


def host(pair: Pair) -> None:
    assert pair.plain.ask("/healthz").status == 200
    for served, other in ((pair.plain, "127.0.0.2"), (pair.full, "127.0.0.1")):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((other, served.port), timeout=5)
    # The address that is listened at is a name of the site, its neighbour is none.
    assert pair.full.ask("/smart/about", headers={"Host": f"127.0.0.2:{pair.full.port}"}).status == 200
    assert pair.plain.ask("/about", headers={"Host": f"127.0.0.2:{pair.plain.port}"}).status == 400


def port(pair: Pair) -> None:
    assert pair.plain.port != pair.full.port
    assert pair.full.ask("/smart/healthz").status == 200


def data_dir(pair: Pair) -> None:
    assert (pair.plain.folder / "registry.db").is_file()
    assert json.loads(pair.plain.ask("/readyz").body) == {"ready": True, "faults": []}


def database_url(pair: Pair) -> None:
    assert not (pair.full.folder / "registry.db").exists()
    assert pair.full.ask("/smart/projects/CZ-000001").status == 200
    assert pair.plain.ask("/projects/CZ-000001").status == 404


def city_dir(pair: Pair) -> None:
    assert "演示州市试点示范项目分布地图" in pair.full.ask("/smart/").body
    assert "常州市试点示范项目分布地图" in pair.plain.ask("/").body


def former_keys(pair: Pair) -> None:
    """A form token that was signed with the key before is still known: no other one is set."""
    reader = Flask(__name__)
    for served, path, is_known in ((pair.full, "/smart/sign-in", True), (pair.plain, "/sign-in", False)):
        reader.secret_key = FORMER
        serializer = SecureCookieSessionInterface().get_signing_serializer(reader)
        assert serializer is not None
        cookie = f"registry_form={serializer.dumps({'csrf_token': 'before'})}"
        answer = served.ask(path, headers={"Cookie": cookie})
        assert ("registry_form" in answer.header("Set-Cookie")) is not is_known


def secret_key(pair: Pair) -> None:
    def opens(served: Served, path: str, secret: str) -> bool:
        cookie = re.search(r"registry_form=([^;]+)", served.ask(path).header("Set-Cookie"))
        assert cookie
        reader = Flask(__name__)
        reader.secret_key = secret
        serializer = SecureCookieSessionInterface().get_signing_serializer(reader)
        assert serializer is not None
        try:
            return "csrf_token" in serializer.loads(cookie[1])
        except BadSignature:
            return False

    assert opens(pair.full, "/smart/sign-in", SECRET)
    assert opens(pair.plain, "/sign-in", (pair.plain.folder / "secret.key").read_text().strip())
    assert not opens(pair.plain, "/sign-in", SECRET)


def base_path(pair: Pair) -> None:
    assert [pair.full.ask(path).status for path in ("/smart/", "/smart", "/", "/smarter/")] == [200, 200, 404, 404]
    page = pair.full.ask("/smart/sign-in")
    assert "Path=/smart/" in page.header("Set-Cookie")
    assert all(path.startswith("/smart/") for path in re.findall(r'(?:href|src)="(/[^"]*)"', page.body))


def trusted_proxies(pair: Pair) -> None:
    """Scheme and address come from the proxy, once told to trust it; the host never comes from X-Forwarded-Host."""
    secure = pair.full.ask("/smart/sign-in", headers=PROXY)
    assert secure.header("Strict-Transport-Security") == "max-age=31536000"
    assert "Secure" in secure.header("Set-Cookie")
    unsaid = flask(pair.plain.folder, {"TRUSTED_PROXIES": "1"}, "serve")
    assert (unsaid.returncode, "还须设置 REGISTRY_PUBLIC_URL" in unsaid.stderr) == (1, True)
    open_ = pair.plain.ask("/sign-in", headers=PROXY | {"Host": "localhost"})
    assert (open_.status, open_.header("Strict-Transport-Security")) == (200, "")
    assert "Secure" not in open_.header("Set-Cookie")
    wrong = {"email": "nobody@example.com", "password": "wrong-password-1"}
    assert form_sent(pair.full, "/smart/sign-in", wrong, **PROXY).status == 422
    assert form_sent(pair.plain, "/sign-in", wrong, **(PROXY | {"Host": "localhost"})).status == 422
    for database, address in ((pair.database, "203.0.113.9"), (pair.plain.folder / "registry.db", "127.0.0.1")):
        connection = sqlite3.connect(database)
        [[counted]] = connection.execute("SELECT key FROM throttle WHERE key LIKE 'address:%'").fetchall()
        connection.close()
        assert counted == f"address:{address}"


def hosts(pair: Pair) -> None:
    """A strange name gets a sentence and no page; each name of the site's own is served."""
    for served, prefix in ((pair.plain, ""), (pair.full, "/smart")):
        refused = served.ask(f"{prefix}/about", headers={"Host": EVIL})
        assert (refused.status, "REGISTRY_HOSTS" in refused.body, EVIL in refused.body) == (400, True, False)
        for name in ("localhost", "127.0.0.1", f"localhost:{served.port}"):
            assert served.ask(f"{prefix}/about", headers={"Host": name}).status == 200, name
    for name in ("site.example", "also.example:8443", "10.0.0.5"):
        assert pair.full.ask("/smart/about", headers={"Host": name}).status == 200, name
        assert pair.plain.ask("/about", headers={"Host": name}).status == 400, name
    forwarded = {"X-Forwarded-Host": EVIL, "Forwarded": f"host={EVIL}", "X-Forwarded-Proto": "https"}
    for path in ("/smart/projects/CZ-000001", "/smart/api/v1/projects", "/smart/projects.csv?unit=JKQ", "/smart/"):
        answer = pair.full.ask(path, headers=forwarded)
        assert (answer.status, EVIL in answer.body + str(answer.headers)) == (200, False), path


def mail_url(pair: Pair) -> None:
    assert 'name="email"' not in pair.plain.ask("/reset").body
    assert form_sent(pair.full, "/smart/reset", {"email": pair.email}, **PROXY).status == 302
    for _try in range(100):
        if pair.mail.letters:
            break
        time.sleep(0.1)
    [letter] = pair.mail.letters
    assert (letter.to, "https://site.example/smart/reset/" in letter.body) == (pair.email, True)


def public_url(pair: Pair) -> None:
    for name in ("localhost", "also.example"):
        page = pair.full.ask("/smart/projects/CZ-000001", headers={"Host": name})
        assert home(page) == "https://site.example/smart"
        found = json.loads(pair.full.ask("/smart/api/v1/projects?per_page=1", headers={"Host": name}).body)
        assert found["links"]["next"].startswith("https://site.example/smart/api/v1/projects?")
        assert found["items"][0]["url"].startswith("https://site.example/smart/projects/CZ-")
    empty = json.loads(pair.plain.ask("/api/v1/projects").body)
    assert empty["links"]["self"] == f"http://127.0.0.1:{pair.plain.port}/api/v1/projects"


def basemap(pair: Pair) -> None:
    assert "https://tiles.example" in pair.full.ask("/smart/").header("Content-Security-Policy")
    assert "https:" not in pair.plain.ask("/").header("Content-Security-Policy")


def basemap_attribution(pair: Pair) -> None:
    [script] = set(re.findall(r"/smart/map/page-\w+\.js", pair.full.ask("/smart/").body))
    text = pair.full.ask(script).body
    assert "tiles.example" in text
    assert "GS(0000)0" in text


def retention_days(pair: Pair) -> None:
    refused = flask(pair.plain.folder, {"RETENTION_DAYS": "0"}, "serve")
    assert (refused.returncode, "REGISTRY_RETENTION_DAYS" in refused.stderr) == (1, True)


def staff_second_factor(pair: Pair) -> None:
    entered = form_sent(pair.full, "/smart/sign-in", {"email": pair.email, "password": people.PASSWORD}, **PROXY)
    assert entered.status == 302
    cookie = re.search(r"registry_session=[^;]+", entered.header("Set-Cookie"))
    assert cookie
    # Without a second factor, staff get no further than the page where it is set up.
    led = pair.full.ask("/smart/review", headers=PROXY | {"Cookie": cookie[0]})
    assert (led.status, led.header("Location")) == (302, "/smart/account")


def admin_networks(pair: Pair) -> None:
    refused = flask(pair.plain.folder, {"ADMIN_NETWORKS": "10.0.0.1/8"}, "serve")
    assert (refused.returncode, "REGISTRY_ADMIN_NETWORKS" in refused.stderr) == (1, True)


def audit_addresses(pair: Pair) -> None:
    """Signing in with a wrong password leaves an event with the network of whoever tried."""
    form_sent(pair.full, "/smart/sign-in", {"email": pair.email, "password": "wrong-one"}, **PROXY)
    engine = make_engine(f"sqlite:///{pair.database}")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT network_address FROM event ORDER BY id DESC LIMIT 1")).scalar()
    engine.dispose()
    assert str(found).endswith(".0/24")


@cache
def storage(pair: Pair) -> None:
    """Seen once for all three settings of the object store."""
    ready = pair.full.ask("/smart/readyz")
    assert (ready.status, json.loads(ready.body)["faults"]) == (503, ["文件存储不可用。"])
    refused = flask(pair.plain.folder, {"STORAGE_URL": "s3://bucket/x"}, "serve")
    assert (refused.returncode, "REGISTRY_STORAGE_KEY" in refused.stderr) == (1, True)


def _stands(name: str, page: str = "/about") -> Callable[[Pair], None]:
    def check_site(pair: Pair) -> None:
        assert SITE[name] in pair.full.ask(f"/smart{page}").body
        assert SITE[name] not in pair.plain.ask(page).body

    return check_site


EFFECTS: dict[str, Callable[[Pair], None]] = {
    **OPERATION,
    "HOST": host,
    "PORT": port,
    "DATA_DIR": data_dir,
    "DATABASE_URL": database_url,
    "CITY_DIR": city_dir,
    "SECRET_KEY": secret_key,
    "SECRET_KEY_FALLBACKS": former_keys,
    "BASE_PATH": base_path,
    "TRUSTED_PROXIES": trusted_proxies,
    "HOSTS": hosts,
    "MAIL_URL": mail_url,
    "PUBLIC_URL": public_url,
    "BASEMAP": basemap,
    "BASEMAP_ATTRIBUTION": basemap_attribution,
    "RETENTION_DAYS": retention_days,
    "STAFF_SECOND_FACTOR": staff_second_factor,
    "ADMIN_NETWORKS": admin_networks,
    "AUDIT_ADDRESSES": audit_addresses,
    **dict.fromkeys(("STORAGE_URL", "STORAGE_KEY", "STORAGE_SECRET"), storage),
    "SITE_NAME": _stands("SITE_NAME"),
    "SITE_OWNER": _stands("SITE_OWNER"),
    "SITE_NAME_EN": _stands("SITE_NAME_EN", "/about?lang=en"),
    "SITE_OWNER_EN": _stands("SITE_OWNER_EN", "/about?lang=en"),
    "SITE_OPERATOR": _stands("SITE_OPERATOR"),
    "SITE_PHONE": _stands("SITE_PHONE"),
    "SITE_ADDRESS": _stands("SITE_ADDRESS"),
    "SITE_ICP_NUMBER": _stands("SITE_ICP_NUMBER"),
    "SITE_POLICE_NUMBER": _stands("SITE_POLICE_NUMBER"),
    "SITE_ID_CODE": _stands("SITE_ID_CODE"),
    "SITE_REPORT_URL": _stands("SITE_REPORT_URL"),
    "DATA_LICENCE": _stands("DATA_LICENCE", "/api"),
    "DATA_LICENCE_URL": _stands("DATA_LICENCE_URL", "/api"),
}
"""What is seen of each setting. A setting without an entry fails."""


@pytest.mark.parametrize("name", [name for name, _default, _meaning in SETTINGS])
def test_a_setting_has_its_effect_on_the_server(pair: Pair, name: str) -> None:
    has_effect = EFFECTS[name]
    has_effect(pair)


def test_the_table_names_settings_only() -> None:
    assert set(EFFECTS) == {name for name, _default, _meaning in SETTINGS}
