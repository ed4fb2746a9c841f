// What the notice's 附件1 says, as published: the yardstick of every story.
import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./site.mjs";

const DATA = path.join(ROOT, "crates/documents/tests/data");
export const NOTICE = path.join(DATA, "notice.docx");

const lines = readFileSync(path.join(DATA, "annex1-2017-10.csv"), "utf8").replace(/^\uFEFF/, "").trim().split(/\r?\n/).slice(1);

/** [unit, target, done, rate] as printed, 合计 last. */
export const PUBLISHED = lines.map((line) => line.split(","));
export const ROWS = PUBLISHED.slice(0, -1);
export const TOTAL = PUBLISHED.at(-1);

/** The honest totals beside the headline, by their words on the page. */
export const HONEST = {
  每户封顶: "68.61%",
  剔除最大户: "87.99%",
  落后于时间进度: "11",
  零完成: "7",
  中位数: "18.48%",
  尚缺: "62784",
};
