#!/bin/sh
# 每天一次的备份。backup.sh 目录 [--thin-only]
# 设了 BACKUP_AGE_RECIPIENT（age 的公钥）时加密；保留 7 天内的全部、4 周内星期一的、12 个月内每月 1 日的。
set -eu
folder=$1
today=${BACKUP_TODAY:-$(date +%F)}

if [ "${2:-}" != --thin-only ]; then
    if [ -n "${BACKUP_AGE_RECIPIENT:-}" ]; then
        target=$folder/$today.backup.age
        [ ! -e "$target" ] || { echo "$target 已存在，没有覆盖。" >&2; exit 1; }
        # A pipe would hide a backup that failed, so it is made first and encrypted then.
        plain=$(mktemp -d "$folder/.making-XXXXXX")
        trap 'rm -rf "$plain"' EXIT
        .venv/bin/flask --app app backup "$plain/backup"
        age -r "$BACKUP_AGE_RECIPIENT" -o "$plain/backup.age" "$plain/backup"
        mv "$plain/backup.age" "$target"
    else
        .venv/bin/flask --app app backup "$folder/$today.backup"
    fi
fi

now=$(date -d "$today" +%s)
for file in "$folder"/????-??-??.backup "$folder"/????-??-??.backup.age; do
    [ -e "$file" ] || continue
    day=$(basename "$file" | cut -c1-10)
    made=$(date -d "$day" +%s 2>/dev/null) || continue
    age_days=$(( (now - made) / 86400 ))
    if [ "$age_days" -le 7 ]; then continue; fi
    if [ "$age_days" -le 28 ] && [ "$(date -d "$day" +%u)" = 1 ]; then continue; fi
    if [ "$age_days" -le 366 ] && [ "$(date -d "$day" +%d)" = 01 ]; then continue; fi
    rm -- "$file"
done
