/* What is wrong with the content that was saved last, by file and line; and a word when what was saved is in use. */

import { h, icon, swapIfChanged } from "./dom.js";

const AT_FIRST = 5; // problems that are shown before somebody asks for all
const GLANCE = 5000; // ms that good news stands

/** Set the panel up. Returns what shows a report of the bot's (null: there is none yet). */
export function contentPanel() {
  const box = document.getElementById("content");
  const news = document.getElementById("content-news");
  const said = document.getElementById("content-said");
  let shown = null;
  let fading = 0;

  return (report) => {
    const first = shown === null;
    if (!report || report.number === shown) return;
    shown = report.number;
    const wasBroken = !box.hidden && box.classList.contains("broken");
    box.hidden = !report.findings.length;
    box.classList.toggle("broken", !report.fresh);
    swapIfChanged(box, [report.findings, report.fresh, report.open], () => (box.hidden ? [] : panel(report)));
    if (report.fresh && !first) tell(wasBroken ? "Mended. Red Flask has the new version." : "Saved. Red Flask has the new version.");
    else if (!report.fresh) tell("");
    said.textContent = report.fresh ? news.textContent : headline(report);
  };

  function tell(text) {
    clearTimeout(fading);
    news.hidden = !text;
    news.textContent = text;
    if (text) fading = setTimeout(() => { news.hidden = true; }, GLANCE);
  }
}

function panel(report) {
  const errors = report.findings.filter((one) => one.level === "error");
  const warnings = report.findings.filter((one) => one.level !== "error");
  const all = [...errors, ...warnings];
  const more = all.slice(AT_FIRST);
  return h("details", { open: !report.fresh },
    h("summary", {}, icon(report.fresh ? "file" : "broken"), h("span", { class: "headline" }, headline(report)), h("span", { class: "fold" })),
    h("div", { class: "content-body" },
      h("p", {}, consequence(report)),
      byFile(all.slice(0, AT_FIRST)),
      more.length ? h("details", { class: "more" }, h("summary", {}, `and ${more.length} more`), byFile(more)) : null));
}

function headline({ errors, warnings, fresh }) {
  const parts = [[errors, "problem"], [warnings, "warning"]].filter(([count]) => count);
  const text = parts.map(([count, thing]) => `${count} ${thing}${count === 1 ? "" : "s"}`).join(" and ");
  return fresh ? `The content has ${text}` : `What was saved has ${text}`;
}

function consequence({ fresh, open: runs }) {
  if (fresh) return "Red Flask has this version. A warning is about a weak question or a hard sentence; docs/AUTHORING.md explains each rule.";
  if (runs) return "Red Flask goes on with the last good version. Mend it and save: this goes away by itself.";
  return "Red Flask can’t start with it. Mend it and save: it starts by itself.";
}

function byFile(findings) {
  const files = [...new Set(findings.map((one) => one.file))];
  return files.map((file) => h("section", { class: "in-file" },
    h("h3", {}, name(file)),
    h("ul", {}, findings.filter((one) => one.file === file).map(row))));
}

/** The folder quietly, the file's own name loudly. Each part may break a line, so that a long path fits on a phone. */
function name(file) {
  const cut = file.lastIndexOf("/") + 1;
  const folder = file.slice(0, cut).split("/").flatMap((part, at, parts) => (at < parts.length - 1 ? [part, "/", h("wbr")] : []));
  return [h("span", { class: "folder" }, folder), file.slice(cut)];
}

function row({ line, level, where, what, rule, written }) {
  return h("li", { class: level },
    h("span", { class: "line" }, h("span", { class: "said" }, "line "), String(line)),
    h("div", {},
      written ? h("code", { class: "written" }, written) : null,
      h("p", {}, h("strong", {}, `${where}:`), " ", what),
      rule === "structure" ? null : h("p", { class: "detail" }, level, " · ", h("code", {}, rule))));
}
