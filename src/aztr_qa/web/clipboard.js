// Copies the text of a node, and says so.

import { byId } from "./dom.js";
import { t } from "./language.js";

// Writes the outcome into `report`, a node that the reader sees. The clipboard needs https or
// localhost; elsewhere the text is selected for the reader to copy.
export async function copyText(node, report) {
  try {
    await navigator.clipboard.writeText(node.textContent);
    report.textContent = t("copied");
  } catch {
    getSelection().selectAllChildren(node);
    report.textContent = t("copyFailed");
  }
  byId("live").textContent = report.textContent;
}
