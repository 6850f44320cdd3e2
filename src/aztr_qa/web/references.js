// References to take along: files for reference managers, and a list in APA style to copy.

import { fetchText } from "./api.js";
import { copyText } from "./clipboard.js";
import { element } from "./dom.js";
import { failureNotice } from "./failure.js";
import { t } from "./language.js";

const FILES = [["bibtex", "BibTeX", "bib"], ["ris", "RIS", "ris"], ["csl-json", "CSL-JSON", "json"]];

// pathOf(format) -> the address of the references in that format; name: of the files.
export function referenceRow(pathOf, name) {
  const links = FILES.map(([format, label, ending]) => [element("a", {
    href: pathOf(format),
    download: `${name}.${ending}`,
    "aria-label": t("downloadReferences", { format: label }),
  }, label), " · "]);
  const list = element("div", { class: "reference-list" });
  const apa = element("button", {
    type: "button",
    class: "link",
    "aria-label": t("copyReferences", { format: "APA" }),
    click: () => showList(pathOf("apa"), list),
  }, "APA");
  return element("div", { class: "references", role: "group", "aria-label": t("references") },
    element("p", { class: "quiet" }, `${t("references")}: `, links, apa), list);
}

async function showList(path, list) {
  try {
    const lines = (await fetchText(path)).trim().split("\n");
    const note = element("p", { class: "footnote" },
      lines.map((line, index) => [index ? "\n" : "", element("span", null, line)]));
    const report = element("p", { class: "quiet" });
    list.replaceChildren(note, report);
    await copyText(note, report);
  } catch (error) {
    list.replaceChildren(failureNotice(error, () => showList(path, list)));
  }
}
