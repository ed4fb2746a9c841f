// axe-core on the page as it stands. Playwright's evaluate works beside the page's security policy, so the
// policy stays on and nothing is written into the page but axe itself.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds, one line each; best practices included, contrast too. */
export async function axe(page) {
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")} | ${node.failureSummary?.replaceAll("\n", " ")}`),
  );
}
