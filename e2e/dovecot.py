#!/usr/bin/python3
"""Debian's Dovecot as an ordinary user, on a free port of 127.0.0.1, with the certificates smtp_recorder.py made.

    dovecot.py FOLDER -

Needs FOLDER/server.pem and FOLDER/server.key. Mail of user zs (password geheim) lies in FOLDER/dovecot/mail/zs/new: a file
moved there has arrived. The port stands in FOLDER/imap_port once it listens. Dovecot wants root only to change users;
root runs it here as nobody.
"""

import grp
import os
import pathlib
import pwd
import shutil
import socket
import sys
import time

CONFIG = """
protocols = imap
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
mail_location = maildir:{home}/mail/%n
passdb {{
  driver = static
  args = user=zs password=geheim
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/home/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


def main():
    folder = pathlib.Path(sys.argv[1])
    home = folder / "dovecot"
    person = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    for part in ["run", "state", "home", "mail/zs/cur", "mail/zs/new", "mail/zs/tmp"]:
        (home / part).mkdir(parents=True)
    for name in ["server.pem", "server.key"]:
        shutil.copy(folder / name, home / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    names = {"user": person.pw_name, "group": grp.getgrgid(person.pw_gid).gr_name, "uid": person.pw_uid, "gid": person.pw_gid}
    (home / "dovecot.conf").write_text(CONFIG.format(home=home, port=port, **names))
    if os.geteuid() == 0:
        folder.chmod(0o711)
        for path in [home, *home.rglob("*")]:
            os.chown(path, person.pw_uid, person.pw_gid)
    if os.fork() == 0:
        tell(folder, port)
        os._exit(0)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(person.pw_gid)
        os.setuid(person.pw_uid)
    # This process becomes Dovecot: killed without a word, nothing is left behind.
    os.execv("/usr/sbin/dovecot", ["dovecot", "-F", "-c", str(home / "dovecot.conf")])


def tell(folder, port):
    """Writes the port down once somebody listens there."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                (folder / "imap_port.part").write_text(str(port))
                (folder / "imap_port.part").rename(folder / "imap_port")
                return
        time.sleep(0.1)


main()
