"""A server process of its own: `python -m bench.server hello|site`; prints its port, ends with its standard input.

Both run under waitress with the settings of `flask serve`, one worker process each.
"""

from __future__ import annotations

import logging
import sys
import threading

from flask import Flask, send_from_directory
from waitress.server import create_server

from registry.views.web.assets import STATIC

EMPTY_MAP = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Empty map</title>
<link rel="stylesheet" href="/static/vendor/leaflet.css"><link rel="stylesheet" href="/empty.css">
</head><body><div id="map"></div><script src="/static/vendor/leaflet.js"></script><script src="/empty.js"></script>
</body></html>"""
CHINESE_MAP = EMPTY_MAP.replace('lang="en"', 'lang="zh-CN"').replace("<body>", "<body><p>试点示范项目地图</p>")
"""The same with one line of Chinese text: what the fonts of any Chinese page cost. For information only."""
EMPTY_STYLE = "html, body, #map { height: 100%; margin: 0 }"
EMPTY_SCRIPT = """const map = L.map('map').setView([31.7, 119.8], 10);
map.on('click', () => { document.documentElement.dataset.answered = 'yes'; });
document.documentElement.dataset.map = 'ready';"""


def hello() -> Flask:
    """The yardstick: Flask's hello world, and a page with an empty Leaflet map."""
    app = Flask("hello", static_folder=None)
    app.add_url_rule("/", "hello", lambda: "Hello, World!")
    app.add_url_rule("/map", "map", lambda: EMPTY_MAP)
    app.add_url_rule("/map-chinese", "chinese", lambda: CHINESE_MAP)
    app.add_url_rule("/empty.js", "script", lambda: (EMPTY_SCRIPT, {"Content-Type": "text/javascript"}))
    app.add_url_rule("/empty.css", "style", lambda: (EMPTY_STYLE, {"Content-Type": "text/css"}))
    app.add_url_rule("/static/<path:name>", "static", lambda name: send_from_directory(STATIC, name))
    return app


def main(kind: str) -> None:
    """Serve until standard input closes, which it does when the bench ends, however it ends."""
    if kind == "hello":
        app = hello()
    else:
        from app import create_app

        app = create_app()
    server = create_server(app, host="127.0.0.1", port=0, threads=8, channel_timeout=30, connection_limit=500, ident="")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    threading.Thread(target=server.run, daemon=True).start()
    print(server.effective_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
