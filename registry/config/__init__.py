"""Settings from the environment (`REGISTRY_*`).

A default is right for production and fit to publish; secrets have none. `SETTINGS` is the one list:
the documentation's table is generated from it and an unknown `REGISTRY_*` name is an error.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from registry.config.keys import SHORTEST_KEY, keys_in, long_enough, make_key
from registry.config.values import (
    Network,
    ancestors,
    database_url,
    former_keys,
    host_names,
    integer,
    is_address,
    licence_url,
    networks,
    one_of,
    storage_url,
)
from registry.errors import OperatorError
from registry.reference.city import SHIPPED
from registry.wording import Message

# name, default, meaning (Chinese, for the operator's table in docs/settings.md)
SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("HOST", "127.0.0.1", "监听地址"),
    ("PORT", "8000", "监听端口"),
    ("WORKERS", "0", "flask serve 的工作进程数（granian，每核一个）；0 表示在一个进程中运行（waitress）"),
    ("LOG_FORMAT", "text", "运行日志的格式：text 或 json；写到标准输出，每个请求一行"),
    ("METRICS", "0", "1 表示在 /metrics 提供 Prometheus 指标；反向代理应对外关闭这个地址"),
    ("DATA_DIR", "instance", "数据目录：数据库、文件、密钥"),
    ("DATABASE_URL", "", "数据库；空则为数据目录中的 SQLite"),
    ("DATABASE_READ_URL", "", "PostgreSQL 只读备机的地址；设了则公开页面从备机读取，落后时仍读主库"),
    ("DATABASE_POOL", "8", "每个进程至多使用的 PostgreSQL 连接数；都在使用时请求等待至多 3 秒，再得到 503"),
    ("DATABASE_POOLER", "0", "1 表示 PostgreSQL 前面有按事务分配连接的连接池（如 pgbouncer）"),
    ("CITY_DIR", "", "城市目录：名称、板块、类别、界线等，见 docs/city.md；空则为随程序提供的城市"),
    ("SECRET_KEY", "", "签名密钥；不设则使用数据目录中的 secret.key"),
    (
        "SECRET_KEY_FALLBACKS",
        "",
        "以前的签名密钥，多个用逗号分隔；只用来读出以前签名和加密的内容，见 docs/operation.md 的“更换密钥”",
    ),
    ("BASE_PATH", "", "站点的路径前缀，如 /smart"),
    (
        "TRUSTED_PROXIES",
        "0",
        "前面可信的反向代理层数；代理须传来 X-Forwarded-For、X-Forwarded-Proto 和原来的 Host，X-Forwarded-Host 不采用",
    ),
    (
        "HOSTS",
        "",
        "网站还以哪些主机名或 IPv4 地址提供服务，多个用逗号分隔，不带端口；"
        "本机名称、监听地址和公开地址中的主机不必写；其他主机名的请求得到 400",
    ),
    ("MAIL_URL", "", "邮件服务器，如 smtp://用户:密码@主机:端口；空则只发站内消息"),
    (
        "PUBLIC_URL",
        "",
        "网站首页的公开地址，如 https://example.gov.cn/smart；邮件、接口和文件中的完整链接以它开头，"
        "空则以访问时的主机名开头；设了邮件服务器时必填",
    ),
    (
        "STORAGE_URL",
        "",
        "附件的对象存储，如 s3://桶/前缀?endpoint=https://s3.example.cn&region=cn-1；空则存放在数据目录的 files 中",
    ),
    ("STORAGE_KEY", "", "对象存储的访问密钥编号"),
    ("STORAGE_SECRET", "", "对象存储的访问密钥"),
    ("BASEMAP", "", "底图的 XYZ 地址；空则只用行政区界线"),
    ("BASEMAP_ATTRIBUTION", "", "底图的来源与审图号"),
    ("RETENTION_DAYS", "730", "未认定申报的联系人信息保存天数"),
    ("EXPORTS_AT_ONCE", "2", "每个进程同时生成的下载文件个数；更多的请求等待至多 10 秒，再得到 503"),
    ("STAFF_SECOND_FACTOR", "0", "1 表示工作人员必须使用第二因子"),
    (
        "ADMIN_NETWORKS",
        "",
        "系统管理员和审计员只能从这些网络办理业务，如 10.1.0.0/16, 2001:db8::/48，多个用逗号分隔；空则不限",
    ),
    (
        "AUDIT_ADDRESSES",
        "full",
        "办理记录中的网络地址：full 为完整地址，short 只留网段（IPv4 前 24 位，IPv6 前 48 位）",
    ),
    ("SITE_NAME", "智能制造试点示范项目登记", "站点名称"),
    ("SITE_OWNER", "", "主办单位；空则为城市目录中的主办单位"),
    ("SITE_NAME_EN", "Registry of Smart Manufacturing Pilot Projects", "英文页面上的站点名称；空则写中文名称"),
    ("SITE_OWNER_EN", "", "英文页面上的主办单位；空则为城市目录中的英文名称"),
    ("SITE_OPERATOR", "", "承办单位"),
    ("SITE_PHONE", "", "联系电话"),
    ("SITE_ADDRESS", "", "联系地址"),
    ("SITE_ICP_NUMBER", "", "ICP 备案号"),
    ("SITE_POLICE_NUMBER", "", "公安备案号"),
    ("SITE_ID_CODE", "", "网站标识码"),
    ("SITE_REPORT_URL", "", "网站纠错链接"),
    ("DATA_LICENCE", "", "开放数据的许可名称，写在“数据来源与方法”、文件和接口中；空则写明未声明许可"),
    ("DATA_LICENCE_URL", "", "许可全文的网址"),
    (
        "EMBED_ANCESTORS",
        "*",
        "哪些网站可以把 /embed 嵌入自己的页面：* 为任何网站，none 为不允许，或用逗号分隔的来源，如 https://example.gov.cn",
    ),
)

DATABASE_FILE, KEY_FILE = "registry.db", "secret.key"
"""Characters that a signing key has at least."""
LOOPBACK = ("localhost", "127.0.0.1")
"""Names of the machine itself, which are always the site's own."""
EVERYWHERE = ("0.0.0.0", "::", "*")  # noqa: S104 (compared with, not listened at)
"""Addresses to listen at that are no host's name."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Footer lines; an empty one is absent from the page, never invented (the owner: see `Runtime.site`)."""

    name: str
    owner: str = ""
    name_en: str = ""
    owner_en: str = ""
    operator: str = ""
    phone: str = ""
    address: str = ""
    icp_number: str = ""
    police_number: str = ""
    id_code: str = ""
    report_url: str = ""

    def told(self, language: str) -> Site:
        """These lines for a page in this language: on English pages the English name and owner, where they are set."""
        if language != "en":
            return self
        return replace(self, name=self.name_en or self.name, owner=self.owner_en or self.owner)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an installation decides. Build it with `Settings.from_environ()`."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 0
    log_format: str = "text"
    metrics: bool = False
    database_url: str = ""
    database_read_url: str = field(default="", repr=False)
    database_pool: int = 8
    database_pooler: bool = False
    city_dir: Path = SHIPPED
    secret_key: str = field(default="", repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    base_path: str = ""
    trusted_proxies: int = 0
    hosts: tuple[str, ...] = ()
    mail_url: str = field(default="", repr=False)
    public_url: str = ""
    basemap: str = ""
    basemap_attribution: str = ""
    storage_url: str = ""
    storage_key: str = field(default="", repr=False)
    storage_secret: str = field(default="", repr=False)
    retention_days: int = 730
    exports_at_once: int = 2
    staff_second_factor: bool = False
    data_licence: str = ""
    data_licence_url: str = ""
    embed_ancestors: tuple[str, ...] = ("*",)
    admin_networks: tuple[Network, ...] = ()
    audit_addresses: str = "full"
    points_at_once: int = 20_000
    """Located projects up to which the map page gets all of them at once (some 100 KB); no variable sets it."""
    site: Site = Site(name="智能制造试点示范项目登记", name_en="Registry of Smart Manufacturing Pilot Projects")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read `REGISTRY_*`; raises OperatorError naming the variable that is wrong."""
        source = os.environ if environ is None else environ
        known = {name: default for name, default, _ in SETTINGS}
        given = {key.removeprefix("REGISTRY_"): value for key, value in source.items() if key.startswith("REGISTRY_")}
        for name in given:
            if name not in known and not name.startswith("TEST_"):
                raise OperatorError(
                    Message("不认识的设置 REGISTRY_%(name)s，请查对 docs/settings.md 中的名称。", name=name)
                )
        if given.get("SECRET_KEY") == "":
            raise OperatorError(
                Message("REGISTRY_SECRET_KEY 已设置但为空：请填入随机密钥，或取消该变量以使用数据目录中的密钥。")
            )
        if 0 < len(given.get("SECRET_KEY", "")) < SHORTEST_KEY:
            raise OperatorError(Message("REGISTRY_SECRET_KEY 至少应有 %(n)s 个字符的随机内容。", n=SHORTEST_KEY))
        value = known | given
        if value["MAIL_URL"] and not value["PUBLIC_URL"]:
            # The address in a mail must not come from a request, whose Host header anybody may write.
            raise OperatorError(
                Message("设置了 REGISTRY_MAIL_URL，还须设置 REGISTRY_PUBLIC_URL（网站首页的完整地址）。")
            )
        if value["TRUSTED_PROXIES"] != "0" and not value["PUBLIC_URL"]:
            # Behind a proxy the Host header is what the proxy passes on, which may be anything.
            raise OperatorError(
                Message("设置了 REGISTRY_TRUSTED_PROXIES，还须设置 REGISTRY_PUBLIC_URL（网站首页的完整地址）。")
            )
        if value["DATABASE_READ_URL"] and not database_url(value["DATABASE_URL"]).startswith("postgresql"):
            raise OperatorError(
                Message("设置了 REGISTRY_DATABASE_READ_URL，REGISTRY_DATABASE_URL 也须是 PostgreSQL 的地址。")
            )
        if value["LOG_FORMAT"] not in ("text", "json"):
            raise OperatorError(
                Message("REGISTRY_LOG_FORMAT 应为 text 或 json，现为 %(value)s。", value=repr(value["LOG_FORMAT"]))
            )
        if value["PUBLIC_URL"] and not is_address(value["PUBLIC_URL"]):
            raise OperatorError(
                Message(
                    "REGISTRY_PUBLIC_URL 应为完整地址，如 https://example.gov.cn，现为 %(value)s。",
                    value=repr(value["PUBLIC_URL"]),
                )
            )
        base_path = value["BASE_PATH"].rstrip("/")
        if base_path and not base_path.startswith("/"):
            raise OperatorError(
                Message("REGISTRY_BASE_PATH 应以 / 开头，现为 %(base_path)s。", base_path=repr(base_path))
            )
        return cls(
            data_dir=Path(value["DATA_DIR"]).resolve(),
            host=value["HOST"],
            port=integer("PORT", value["PORT"], 1, 65535),
            workers=integer("WORKERS", value["WORKERS"], 0, 64),
            log_format=value["LOG_FORMAT"],
            metrics=value["METRICS"] == "1",
            database_url=database_url(value["DATABASE_URL"]),
            database_read_url=database_url(value["DATABASE_READ_URL"]),
            database_pool=integer("DATABASE_POOL", value["DATABASE_POOL"], 1, 200),
            database_pooler=value["DATABASE_POOLER"] == "1",
            city_dir=Path(value["CITY_DIR"]).resolve() if value["CITY_DIR"] else SHIPPED,
            secret_key=value["SECRET_KEY"],
            secret_key_fallbacks=former_keys(value["SECRET_KEY_FALLBACKS"], value["SECRET_KEY"]),
            base_path=base_path,
            trusted_proxies=integer("TRUSTED_PROXIES", value["TRUSTED_PROXIES"], 0, 10),
            hosts=host_names(value["HOSTS"]),
            mail_url=value["MAIL_URL"],
            public_url=value["PUBLIC_URL"].rstrip("/"),
            basemap=value["BASEMAP"],
            basemap_attribution=value["BASEMAP_ATTRIBUTION"],
            storage_url=storage_url(value),
            storage_key=value["STORAGE_KEY"],
            storage_secret=value["STORAGE_SECRET"],
            retention_days=integer("RETENTION_DAYS", value["RETENTION_DAYS"], 1, 36500),
            exports_at_once=integer("EXPORTS_AT_ONCE", value["EXPORTS_AT_ONCE"], 1, 16),
            staff_second_factor=value["STAFF_SECOND_FACTOR"] == "1",
            data_licence=value["DATA_LICENCE"].strip(),
            data_licence_url=licence_url(value["DATA_LICENCE_URL"]),
            embed_ancestors=ancestors(value["EMBED_ANCESTORS"]),
            admin_networks=networks(value["ADMIN_NETWORKS"]),
            audit_addresses=one_of("AUDIT_ADDRESSES", value["AUDIT_ADDRESSES"], ("full", "short")),
            site=Site(
                name=value["SITE_NAME"],
                owner=value["SITE_OWNER"],
                name_en=value["SITE_NAME_EN"],
                owner_en=value["SITE_OWNER_EN"],
                operator=value["SITE_OPERATOR"],
                phone=value["SITE_PHONE"],
                address=value["SITE_ADDRESS"],
                icp_number=value["SITE_ICP_NUMBER"],
                police_number=value["SITE_POLICE_NUMBER"],
                id_code=value["SITE_ID_CODE"],
                report_url=value["SITE_REPORT_URL"],
            ),
        )

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / DATABASE_FILE}"

    def trusted_hosts(self, listening: str = "") -> list[str]:
        """The names under which the site answers; `listening` is an address that it listens at beside the configured.

        The Host header is anybody's to write, and complete links are made from it where there is no public URL.
        """
        public = urlsplit(self.public_url).hostname or ""
        found = dict.fromkeys((*LOOPBACK, public, self.host, listening, *self.hosts))
        return [name for name in found if name and name not in EVERYWHERE]

    def keys(self) -> tuple[str, ...]:
        """The signing keys: those configured, else those of `secret.key` in the data directory. The first one is in
        force, former ones only open what was signed or encrypted with them.

        Raises OperatorError where there is none, or one that anybody could guess.
        """
        if self.secret_key:
            return (self.secret_key, *self.secret_key_fallbacks)
        path = self.data_dir / KEY_FILE
        try:
            return long_enough(path, keys_in(path))
        except FileNotFoundError:
            raise OperatorError(
                Message("数据目录 %(data_dir)s 还没有建立，请先运行 flask init。", data_dir=self.data_dir)
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise OperatorError(
                Message("无法读取密钥文件 %(path)s：%(reason)s。", path=path, reason=type(error).__name__)
            ) from None

    def make_data_dir(self) -> None:
        """Create the data directory, its SQLite file and a random secret.key; existing ones stay, closed to others."""
        self.make_place()
        if not self.secret_key:
            make_key(self.data_dir / KEY_FILE, secrets.token_hex(32))
        self.keys()

    def make_place(self) -> None:
        """Create the data directory and its SQLite file without a key, which a backup brings along.

        Whatever the umask, only the owner reads them: they hold contacts, passwords' hashes and keys.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.data_dir / "files").mkdir(exist_ok=True, mode=0o700)
        self.data_dir.chmod(0o700)
        if not self.database_url:
            # SQLite gives its other files the mode of this one.
            (self.data_dir / DATABASE_FILE).touch(mode=0o600)
            (self.data_dir / DATABASE_FILE).chmod(0o600)
