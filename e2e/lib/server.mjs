// The built program, started as a clerk would: `zhaoshang demo` on a fresh folder and a free port.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "./site.mjs";

export const BINARY = process.env.ZHAOSHANG_BINARY ?? path.join(ROOT, "target/debug/zhaoshang");
const READY_WITHIN = 60_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What `DIR/address` says and `/healthz` answers to, asked again until it does. */
async function ready(folder, child, log) {
  const until = Date.now() + READY_WITHIN;
  while (Date.now() < until) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) throw new Error(`zhaoshang ended early:\n${log()}`);
    try {
      const address = readFileSync(path.join(folder, "address"), "utf8").trim();
      const url = address.includes("://") ? address : `http://${address}`;
      if ((await fetch(`${url}/healthz`)).ok) return url;
    } catch {
      // Not listening yet.
    }
    await pause(50);
  }
  throw new Error(`zhaoshang is not ready after ${READY_WITHIN / 1000} s:\n${log()}`);
}

export class Demo {
  /**
   * Starts the demo in `folder` (a new one by default) and waits until it answers. `at`: the moment its clock begins with,
   * `2017-12-09 01:00:00` in UTC; by default the host's.
   */
  static async start(folder = mkdtempSync(path.join(tmpdir(), "zhaoshang-e2e-")), at = undefined) {
    const demo = new Demo();
    demo.folder = folder;
    demo.at = at;
    try {
      await demo.#spawn();
    } catch (error) {
      await demo.stop();
      throw error;
    }
    return demo;
  }

  /** What is called, under the clock it is given. faketime becomes the program: its pid is the program's. */
  #command(args) {
    if (this.at === undefined) return [BINARY, args, process.env];
    const env = { ...process.env, TZ: this.zone ?? "UTC", FAKETIME_DONT_FAKE_MONOTONIC: "1" };
    return ["faketime", ["-f", `@${this.at}`, BINARY, ...args], env];
  }

  async #spawn() {
    let output = "";
    rmSync(path.join(this.folder, "address"), { force: true });
    const [program, args, env] = this.#command(["demo", "--data", this.folder, "--listen", "127.0.0.1:0"]);
    this.child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", (bytes) => (output += bytes));
    this.log = () => output;
    this.ended = new Promise((resolve) => {
      this.child.once("close", resolve);
      this.child.once("error", (error) => {
        output += error.message; // it could not be started at all
        resolve();
      });
    });
    // A child that never started has no pid, and a signal to it would go to our own process group.
    this.signal = (name) => this.child.pid !== undefined && this.child.kill(name);
    this.kill = () => this.signal("SIGKILL");
    process.once("exit", this.kill);
    this.url = await ready(this.folder, this.child, this.log);
    this.accounts = JSON.parse(readFileSync(path.join(this.folder, "demo-accounts.json"), "utf8"));
  }

  /** The first account with this role. */
  account(role) {
    const found = this.accounts.find((account) => account.role === role);
    if (!found) throw new Error(`no demo account is ${role}`);
    return found;
  }

  /** A fresh API token for that account, from the command line. */
  token(login) {
    const [program, args, env] = this.#command(["token", "create", "--login", login, "--data", this.folder]);
    const run = spawnSync(program, args, { encoding: "utf8", env });
    if (run.status !== 0) throw new Error(`token create: ${run.stderr}`);
    return run.stdout.trim().split(/\s+/).at(-1);
  }

  async #end() {
    this.signal("SIGTERM");
    const late = setTimeout(this.kill, 10_000);
    await this.ended;
    clearTimeout(late);
    process.removeListener("exit", this.kill);
  }

  /** Stops the program and starts it again on the same folder (and another port), at another moment where one is given. */
  async restart(at = this.at) {
    await this.#end();
    this.at = at;
    await this.#spawn();
  }

  /** Ends the program as a power cut would, and starts it again on the same folder. */
  async crash() {
    this.kill();
    await this.ended;
    process.removeListener("exit", this.kill);
    await this.#spawn();
  }

  async stop() {
    await this.#end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
