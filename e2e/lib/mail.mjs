// Mail for stories: Debian's Dovecot to take it from, an SMTP server that keeps what it is given, and letters.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "./site.mjs";

const READY_WITHIN = 60_000;

/** Asks again until there is an answer. */
export async function until(what, ask) {
  for (const end = Date.now() + READY_WITHIN; Date.now() < end; ) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} does not come`);
}

/** Both servers, in a folder of their own. */
export class Post {
  static async start() {
    const post = new Post();
    post.folder = mkdtempSync(path.join(tmpdir(), "zhaoshang-post-"));
    post.children = [];
    try {
      // The recorder makes the certificates of both.
      post.smtp = await post.#serve("smtp_recorder.py", "0", "port");
      post.imap = await post.#serve("dovecot.py", "-", "imap_port");
    } catch (error) {
      await post.stop();
      throw error;
    }
    post.ca = path.join(post.folder, "ca.pem");
    return post;
  }

  async #serve(script, argument, says) {
    const child = spawn("/usr/bin/python3", [path.join(ROOT, "e2e", script), this.folder, argument], { stdio: ["ignore", "ignore", "inherit"] });
    const kill = () => child.pid !== undefined && child.kill("SIGKILL");
    process.once("exit", kill);
    this.children.push({ child, kill, ended: new Promise((resolve) => child.once("close", resolve)) });
    const file = path.join(this.folder, says);
    return until(script, () => existsSync(file) && Number(readFileSync(file, "utf8")));
  }

  /** Moves a letter into the mailbox, as a delivery agent does. */
  arrive(number, text) {
    const inbox = path.join(this.folder, "dovecot/mail/zs");
    const part = path.join(inbox, "tmp", `${number}.test`);
    writeFileSync(part, text);
    chmodSync(part, 0o666); // Dovecot is another user where the story runs as root
    renameSync(part, path.join(inbox, "new", `17000000${String(number).padStart(2, "0")}.test`));
  }

  /** What went out. */
  sent() {
    const file = path.join(this.folder, "mails.jsonl");
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }

  async stop() {
    for (const { child, kill, ended } of this.children) {
      child.kill("SIGTERM");
      const late = setTimeout(kill, 5_000);
      await ended;
      clearTimeout(late);
      process.removeListener("exit", kill);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const encoded = (text) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
const folded = (bytes) => bytes.toString("base64").replace(/.{76}/g, "$&\r\n");

/** A letter: `files` are paths. */
export function letter({ from, id, subject, text = "请查收", files = [] }) {
  const head = [
    `From: ${from}`, "To: zs@example.com", `Subject: ${encoded(subject)}`, `Message-ID: <${id}@example.com>`, "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=frontier",
  ];
  const part = (lines, body) => ["--frontier", ...lines, "", body].join("\r\n");
  const attached = files.map((file) => {
    const name = `filename*=UTF-8''${encodeURIComponent(path.basename(file))}`;
    const lines = ["Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64", `Content-Disposition: attachment; ${name}`];
    return part(lines, folded(readFileSync(file)));
  });
  const body = part(["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"], folded(Buffer.from(text)));
  return [...head, "", body, ...attached, "--frontier--", ""].join("\r\n");
}
