// A small site for the contract page: frontend/dist under /assets/ with the server's own security policy.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import path from "node:path";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const TYPES = { ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json" };

/** Serves the contract page at `/`; counts what was posted to `/written`. */
export async function contractSite() {
  const site = { written: 0 };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    response.setHeader("content-security-policy", POLICY);
    response.setHeader("x-content-type-options", "nosniff");
    if (pathname.startsWith("/assets/")) {
      const name = path.basename(pathname);
      response.setHeader("content-type", TYPES[path.extname(name)] ?? "application/octet-stream");
      response.end(readFileSync(path.join(ROOT, "frontend/dist", name)));
    } else if (pathname === "/written") {
      site.written += 1;
      request.resume();
      // Slow on purpose: a second click must meet the guard, not the next page.
      setTimeout(() => response.writeHead(303, { location: "/" }).end(), 300);
    } else {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(readFileSync(path.join(ROOT, "e2e/fixtures/contract.html")));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  site.url = `http://127.0.0.1:${server.address().port}`;
  site.stop = () => new Promise((resolve) => server.close(resolve));
  return site;
}
