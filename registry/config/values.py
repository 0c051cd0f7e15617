"""Values of settings as an operator writes them: each reader raises OperatorError that names the setting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from registry.errors import OperatorError
from registry.wording import Message

Network = IPv4Network | IPv6Network


def integer(name: str, text: str, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
        raise OperatorError(
            Message(
                "REGISTRY_%(name)s 应为 %(low)s 到 %(high)s 的整数，现为 %(text)s。",
                name=name,
                low=low,
                high=high,
                text=repr(text),
            )
        )
    return int(text)


def is_address(text: str) -> bool:
    """Whether a text is the complete address of a site."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        return False


def licence_url(text: str) -> str:
    """The address of a licence, or ''."""
    if text and not is_address(text):
        raise OperatorError(
            Message(
                "REGISTRY_DATA_LICENCE_URL 应为完整网址，如 https://example.gov.cn/licence，现为 %(value)s。",
                value=repr(text),
            )
        )
    return text


def ancestors(text: str) -> tuple[str, ...]:
    """Who may show the map in a frame: everybody, nobody (an empty tuple), or these origins."""
    wanted = tuple(origin.strip().lower() for origin in text.split(",") if origin.strip())
    if wanted == ("none",):
        return ()
    for origin in wanted:
        if origin != "*" and not re.fullmatch(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?", origin):
            raise OperatorError(
                Message(
                    "REGISTRY_EMBED_ANCESTORS 应为 *、none 或逗号分隔的来源（协议和主机，不带路径），现有 %(value)s。",
                    value=repr(origin),
                )
            )
    return wanted or ("*",)


def host_names(text: str) -> tuple[str, ...]:
    """Names of hosts, without scheme, port and path."""
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    for name in names:
        if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", name):
            raise OperatorError(
                Message("REGISTRY_HOSTS 应为逗号分隔的主机名，不带协议、端口和路径，现有 %(name)s。", name=repr(name))
            )
    return names


def former_keys(text: str, key: str) -> tuple[str, ...]:
    """Keys that were in force before the present one."""
    keys = tuple(part.strip() for part in text.split(",") if part.strip())
    if keys and not key:
        raise OperatorError(Message("设置了 REGISTRY_SECRET_KEY_FALLBACKS，还须设置 REGISTRY_SECRET_KEY。"))
    return keys


def networks(text: str) -> tuple[Network, ...]:
    """Networks in the way `10.1.0.0/16`."""
    found = []
    for part in (part.strip() for part in text.split(",")):
        try:
            if part:
                found.append(ip_network(part))
        except ValueError:
            raise OperatorError(
                Message("REGISTRY_ADMIN_NETWORKS 应为逗号分隔的网络，如 10.1.0.0/16，现有 %(part)s。", part=repr(part))
            ) from None
    return tuple(found)


def storage_url(value: Mapping[str, str]) -> str:
    """The address of an object store, which needs key and secret as well."""
    url = value["STORAGE_URL"]
    if url and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+(/[^?#\s]*)?(\?[^#\s]*)?", url):
        raise OperatorError(
            Message("REGISTRY_STORAGE_URL 应写成 s3://桶/前缀?endpoint=…&region=…，现为 %(value)s。", value=repr(url))
        )
    if url and not (value["STORAGE_KEY"] and value["STORAGE_SECRET"]):
        raise OperatorError(
            Message("设置了 REGISTRY_STORAGE_URL，还须设置 REGISTRY_STORAGE_KEY 和 REGISTRY_STORAGE_SECRET。")
        )
    return url


def one_of(name: str, text: str, options: tuple[str, ...]) -> str:
    """One of a few words."""
    if text not in options:
        raise OperatorError(
            Message(
                "REGISTRY_%(name)s 可用 %(options)s，现为 %(text)s。", name=name, options=list(options), text=repr(text)
            )
        )
    return text


def database_url(url: str) -> str:
    """The address of a database with the driver that is installed."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url
