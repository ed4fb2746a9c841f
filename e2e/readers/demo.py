"""The built program with the demo's data, and an API token: what the independent readers read from."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("ZHAOSHANG_BINARY", str(ROOT / "target/debug/zhaoshang"))
READY_WITHIN = 60


class Demo:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="zhaoshang-readers-")
        self.log = open(pathlib.Path(self.folder) / "readers.log", "w+")
        self.program = None
        try:
            self.program = subprocess.Popen(
                [BINARY, "demo", "--data", self.folder, "--listen", "127.0.0.1:0"],
                stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
            )
            self.url = self._ready()
            accounts = json.loads((pathlib.Path(self.folder) / "demo-accounts.json").read_text())
            officer = next(account for account in accounts if account["role"] == "officer")
            made = subprocess.run(
                [BINARY, "token", "create", "--login", officer["login"], "--data", self.folder],
                check=True, stdout=subprocess.PIPE, text=True,
            )
            self.token = made.stdout.split()[-1]
        except BaseException:
            self.stop()
            raise

    def _ready(self):
        until = time.monotonic() + READY_WITHIN
        address = pathlib.Path(self.folder) / "address"
        while time.monotonic() < until and self.program.poll() is None:
            try:
                text = address.read_text().strip()
                url = text if "://" in text else f"http://{text}"
                with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                    return url
            except OSError:
                time.sleep(0.05)
        self.log.seek(0)
        raise RuntimeError(f"zhaoshang is not ready:\n{self.log.read()}")

    def get(self, path):
        request = urllib.request.Request(self.url + path, headers={"authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def stop(self):
        if self.program:
            self.program.terminate()
            try:
                self.program.wait(10)
            except subprocess.TimeoutExpired:
                self.program.kill()
                self.program.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
