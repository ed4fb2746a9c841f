#!/usr/bin/env bash
# Runs a command with ZHAOSHANG_TEST_POSTGRES pointing to a temporary PostgreSQL cluster, and removes the
# cluster afterwards, also after a failure or Ctrl-C:
#   scripts/with-postgres.sh cargo nextest run --workspace
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[[ -n $bin ]] || { echo "No PostgreSQL server: apt-get install postgresql" >&2; exit 1; }

home=$(mktemp -d /tmp/zhaoshang-postgres.XXXXXX)
as=()
if [[ $(id -u) -eq 0 ]]; then # PostgreSQL refuses to run as root
  user=nobody
  id postgres >/dev/null 2>&1 && user=postgres
  chown "$user" "$home"
  as=(runuser -u "$user" --)
fi
# The server's working directory must be readable for its user; the command's stays.
pg() { (cd "$home" && "${as[@]}" "$@"); }

command_pid=
stop() {
  trap '' INT TERM
  [[ -n $command_pid ]] && kill -TERM -- "-$command_pid" 2>/dev/null && wait "$command_pid" 2>/dev/null || true
  pg "$bin/pg_ctl" --pgdata "$home/data" --mode immediate --wait stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s\n' "$password" >"$home/password")
[[ ${#as[@]} -eq 0 ]] || chown "$user" "$home/password"
pg "$bin/initdb" --pgdata "$home/data" --locale=C.UTF-8 --encoding=UTF8 --username=zhaoshang \
  --auth=scram-sha-256 --pwfile="$home/password" --no-sync >"$home/initdb.log" || { cat "$home/initdb.log" >&2; exit 1; }

# Loopback only, no socket file. Nothing here outlives the tests, so nothing waits for the disk.
settings="-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300 -c fsync=off
 -c synchronous_commit=off -c full_page_writes=off -c timezone=UTC -c log_min_messages=fatal"
for attempt in 1 2 3 4 5; do # somebody else may take the port in between
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  if pg "$bin/pg_ctl" --pgdata "$home/data" --log "$home/server.log" --wait --options "-p $port ${settings//$'\n'/}" start >/dev/null; then break; fi
  [[ $attempt -lt 5 ]] || { pg cat "$home/server.log" >&2; exit 1; }
done
export ZHAOSHANG_TEST_POSTGRES="postgres://zhaoshang:$password@127.0.0.1:$port/postgres"

# In a process group of its own, so that a signal to this script ends all of it.
set -m
"$@" </dev/null &
command_pid=$!
set +m
status=0
wait "$command_pid" || status=$?
command_pid=
exit "$status"
