// Debian's Chromium, driven by playwright-core. Every page is watched: console errors, refused resources and
// violations of the security policy are collected and fail the test that asks `page.complaints`.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

// Without the background-networking flags Chromium calls home at every start.
const FLAGS = [
  "--lang=zh-CN",
  "--no-first-run",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-default-apps",
  "--disable-domain-reliability",
  "--disable-features=OptimizationHints,MediaRouter,Translate",
  "--no-pings",
  "--font-render-hinting=none",
];

export const DESKTOP = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };

/** Starts the browser. Root may not use Chromium's sandbox, and some containers have no user namespaces. */
export async function launch() {
  if (!existsSync(EXECUTABLE)) throw new Error(`no Chromium at ${EXECUTABLE}: apt-get install chromium`);
  // Its own words and the order of date fields are those of the office.
  const env = { ...process.env, LANGUAGE: "zh_CN" };
  return chromium.launch({ executablePath: EXECUTABLE, headless: true, args: FLAGS, env, chromiumSandbox: false });
}

/** A fresh context with one page; `page.complaints` collects what the browser objects to. */
export async function open(browser, { size = DESKTOP, script = true, ...options } = {}) {
  const context = await browser.newContext({
    viewport: size,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    javaScriptEnabled: script,
    reducedMotion: "reduce",
    acceptDownloads: true,
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    // A refused form or a page that is not there says so with its status; that is no complaint about the page.
    const own = /the server responded with a status of 4\d\d/.test(message.text()) && message.location().url === page.url();
    if (own) return;
    if (message.type() === "error" || /Content Security Policy|Refused to/i.test(message.text())) {
      page.complaints.push(`${page.url()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => page.complaints.push(`${page.url()}: ${error.message}`));
  page.on("requestfailed", (request) => {
    // A download ends the navigation that asked for it.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") {
      page.complaints.push(`${page.url()}: ${request.url()} ${request.failure()?.errorText}`);
    }
  });
  return page;
}
