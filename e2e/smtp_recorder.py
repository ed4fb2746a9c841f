#!/usr/bin/python3
"""A real SMTP server over TLS that records what it takes over, and stalls where a sender may die.

    smtp_recorder.py FOLDER SEED

Makes a CA of its own (FOLDER/ca.pem), listens on a free port of 127.0.0.1 (FOLDER/port), asks for a password, and writes
a line of JSON per accepted message to FOLDER/mails.jsonl *before* it says 250: what is recorded was accepted, whether the
sender lives to hear it or not. SEED 0 does not stall.
"""

import asyncio
import email
import email.policy
import json
import pathlib
import random
import ssl
import subprocess
import sys

from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = b"zs", b"geheim"


def certificates(folder):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", "/CN=test CA", "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
            "-keyout", "server.key", "-out", "server.csr")
    (folder / "server.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
            "-extfile", "server.ext", "-out", "server.pem")


class Recorder:
    def __init__(self, folder, seed):
        self.out = open(folder / "mails.jsonl", "a", buffering=1)
        self.random = random.Random(seed)
        self.stalls = seed != 0

    async def stall(self):
        if self.stalls and self.random.random() < 0.7:
            await asyncio.sleep(self.random.uniform(0.05, 0.6))

    async def handle_MAIL(self, server, session, envelope, address, options):
        await self.stall()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await self.stall()
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.out.write(json.dumps({
            "to": envelope.rcpt_tos, "message_id": message["Message-ID"], "date": message["Date"],
            "subject": message["Subject"], "text": message.get_content(), "headers": message.keys(),
            "in_reply_to": message["In-Reply-To"], "references": message["References"], "auto_submitted": message["Auto-Submitted"],
        }, ensure_ascii=False) + "\n")
        # Taken over: a sender that dies now has sent the mail and does not know it.
        await self.stall()
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=good, handled=False)


async def main(folder, seed):
    certificates(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    recorder = Recorder(folder, seed)
    loop = asyncio.get_running_loop()

    def serve():
        return SMTP(recorder, hostname="localhost", enable_SMTPUTF8=True, auth_required=True,
                    auth_require_tls=False, authenticator=authenticate, loop=loop)

    server = await loop.create_server(serve, "127.0.0.1", 0, ssl=context)
    port = folder / "port.part"
    port.write_text(str(server.sockets[0].getsockname()[1]))
    port.rename(folder / "port")
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
