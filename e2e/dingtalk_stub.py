#!/usr/bin/python3
"""A stand-in for DingTalk's robot: checks the signature as its documentation says and records what it took.

    dingtalk_stub.py FOLDER SECRET

Listens on a free port of 127.0.0.1 (FOLDER/robot-port). Answers as DingTalk does: always 200, errcode 0 only for a fresh,
correctly signed markdown message; the very first good one is put off with 130101 (too fast). FOLDER/posts.jsonl has a line each.
"""

import base64
import hashlib
import hmac
import http.server
import json
import pathlib
import sys
import time
import urllib.parse

FOLDER, SECRET = pathlib.Path(sys.argv[1]), sys.argv[2]
HOUR = 3600_000


class Robot(http.server.BaseHTTPRequestHandler):
    put_off = False

    def judge(self, query, body):
        timestamp = query.get("timestamp", [""])[0]
        text = f"{timestamp}\n{SECRET}".encode()
        sign = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()).decode()
        if query.get("access_token") != ["t0ken"]:
            return 300001, "token is not exist"
        if query.get("sign") != [sign] or abs(time.time() * 1000 - int(timestamp or 0)) > HOUR:
            return 310000, "sign not match"
        if body.get("msgtype") != "markdown" or not body["markdown"]["title"] or not body["markdown"]["text"]:
            return 40035, "missing parameter"
        if not Robot.put_off:
            Robot.put_off = True
            return 130101, "send too fast"
        return 0, "ok"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        errcode, errmsg = self.judge(query, body)
        with open(FOLDER / "posts.jsonl", "a") as out:
            out.write(json.dumps({"errcode": errcode, "type": self.headers["content-type"], "body": body}, ensure_ascii=False) + "\n")
        answer = json.dumps({"errcode": errcode, "errmsg": errmsg}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Robot)
part = FOLDER / "robot-port.part"
part.write_text(str(server.server_address[1]))
part.rename(FOLDER / "robot-port")
server.serve_forever()
