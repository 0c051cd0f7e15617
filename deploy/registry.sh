#!/bin/sh
# registry 命令：以网站的账户、设置和目录运行 flask 命令，如 registry doctor。复制为 /usr/local/sbin/registry，由 root 运行。
# Run as root, a command would leave keys and files behind that the site may not read.
exec systemd-run --quiet --pipe --wait --collect \
    -p User=registry -p Group=registry -p UMask=0077 -p EnvironmentFile=/etc/registry/registry.env \
    -p WorkingDirectory=/opt/registry/current /opt/registry/current/.venv/bin/flask --app app "$@"
