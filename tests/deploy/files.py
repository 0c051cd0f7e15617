"""The files of deploy/ with the places of this machine in them, and what the programs that read them say."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NAME = "registry.example.gov.cn"
LARGEST_EXPOSURE = 2.0
"""What `systemd-analyze security` may say of a unit (0 is closed, 10 open)."""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """A program with its output."""
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


def certificate(folder: Path) -> None:
    """A certificate for the name in the files, signed by an authority of this machine's own (`ca.pem`)."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    ca, ca_key = str(folder / "ca.pem"), str(folder / "ca-key.pem")
    asked, extensions = folder / "asked.pem", folder / "extensions"
    extensions.write_text(f"subjectAltName=DNS:{NAME}\n", encoding="ascii")
    for words in (
        ("req", "-x509", *key, "-days", "2", "-subj", "/CN=An authority for trials", "-keyout", ca_key, "-out", ca),
        ("req", *key, "-subj", f"/CN={NAME}", "-keyout", str(folder / "privkey.pem"), "-out", str(asked)),
        (*("x509", "-req", "-in", str(asked), "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "2"),
         *("-extfile", str(extensions), "-out", str(folder / "fullchain.pem"))),
    ):  # fmt: skip
        made = run("openssl", *words)
        assert made.returncode == 0, made.stderr


def nginx_conf(folder: Path, *, socket: Path, plain_port: int = 80, tls_port: int = 443) -> Path:
    """A whole configuration of nginx around deploy/nginx.conf, with everything in `folder`; returns its path."""
    certificate(folder / "tls")
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("/run/registry/registry.sock", str(socket)),
        ("/etc/registry/tls", str(folder / "tls")),
        ("/opt/registry/current/deploy", str(DEPLOY)),
        ("/var/log/nginx", str(folder)),
    ):
        assert old in site, old
        site = site.replace(old, new)
    # Loopback only, and by IPv4, which every machine has.
    site = re.sub(r"\n +listen \[::\]:[^\n]+", "", site)
    site = site.replace("listen 80", f"listen 127.0.0.1:{plain_port}").replace(
        "listen 443", f"listen 127.0.0.1:{tls_port}"
    )
    (folder / "site.conf").write_text(site, encoding="utf-8")
    places = "\n".join(
        f"    {name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"""worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{
    worker_connections 4096;
}}
http {{
    include /etc/nginx/mime.types;
    access_log off;
{places}
    include {folder}/site.conf;
}}
"""
    path = folder / "nginx.conf"
    path.write_text(whole, encoding="utf-8")
    return path


def units(folder: Path) -> list[Path]:
    """The units with this checkout in the place of /opt/registry/current."""
    found = []
    for path in sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]):
        text = path.read_text(encoding="utf-8").replace("/opt/registry/current", str(DEPLOY.parent))
        # The account is made by the instructions; here nobody stands for it.
        copy = folder / path.name
        copy.write_text(text.replace("=registry\nGroup=registry", "=daemon\nGroup=daemon"), encoding="utf-8")
        found.append(copy)
    return found


def faults(folder: Path) -> list[str]:
    """What nginx and systemd have against the files; a program that is missing is a fault as well."""
    said = []
    for program in ("nginx", "openssl", "systemd-analyze"):
        if shutil.which(program) is None:
            said.append(f"{program} is not installed")
    if said:
        return said
    tried = run("nginx", "-t", "-c", str(nginx_conf(folder, socket=folder / "registry.sock")))
    if tried.returncode or "warn" in tried.stderr:
        said.append(f"nginx -t: {tried.stderr}")
    for unit in units(folder):
        verified = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit))
        own = [line for line in verified.stderr.splitlines() if unit.name in line]
        if verified.returncode or own:
            said.append(f"systemd-analyze verify {unit.name}: {verified.stderr}")
        if unit.suffix == ".service":
            judged = run("systemd-analyze", "security", "--offline=yes", str(unit))
            figure = re.search(r"exposure level for \S+: ([\d.]+)", judged.stdout)
            if figure is None or float(figure[1]) > LARGEST_EXPOSURE:
                said.append(f"systemd-analyze security {unit.name}: {figure[1] if figure else judged.stderr}")
    return said
