// The side panel: one passage with its quote marked, its article record and its neighbours.
//
// Beside the conversation on wide screens; on narrow ones a modal dialog over it.

import { passagePath } from "./addresses.js";
import { articleCitationPath, fetchPassage } from "./api.js";
import { copyText } from "./clipboard.js";
import { byId, element } from "./dom.js";
import { failureNotice } from "./failure.js";
import { currentLanguage, languageName, t } from "./language.js";
import { findQuote, passageNodes } from "./marking.js";
import { footnoteText, recordFields } from "./record.js";
import { referenceRow } from "./references.js";

const narrow = matchMedia("(max-width: 62.5rem)"); // the same border as in style.css
const panel = byId("panel");
const body = byId("panel-body");

// What is shown now; `record` and `error` are null while loading. The quote is kept while the reader
// looks at the neighbours of its passage: {passageId, start, end, text?, highlight?}.
let shown = null; // {id, quote, opener, record, error}
let move = null; // move(passageId): the reader went to a neighbour or a sibling

export function initPanel({ onMove, onClose }) {
  move = onMove;
  byId("panel-close").addEventListener("click", onClose);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown && !event.isComposing) onClose();
  });
  narrow.addEventListener("change", placePanel);
}

export function isPanelOpen() {
  return shown !== null;
}

export function shownQuote() {
  return shown?.quote ?? null;
}

export async function showPassage(id, { quote = null, opener = null } = {}) {
  const request = { id, quote, opener: opener ?? shown?.opener ?? null, record: null, error: null };
  shown = request;
  placePanel();
  drawPanel();
  panel.scrollTop = 0;
  byId("panel-title").focus({ preventScroll: true });
  try {
    request.record = await fetchPassage(id);
  } catch (error) {
    request.error = error;
  }
  if (shown !== request) return; // a later request has overtaken this one
  drawPanel();
  body.querySelector("mark")?.scrollIntoView({ block: "nearest" });
  byId("live").textContent = request.record?.article.title ?? t("failed");
}

export function hidePanel() {
  if (!shown) return;
  const { opener, quote, id } = shown;
  shown = null;
  placePanel();
  const button = opener?.isConnected
    ? opener
    : buttonOf(opener?.dataset.passage ?? quote?.passageId ?? id);
  (button ?? byId("question")).focus();
}

// A switch of language draws the buttons anew, and a step forward has no button that was pressed.
function buttonOf(passageId) {
  return [...document.querySelectorAll(`[data-passage="${CSS.escape(passageId)}"]`)]
    .find((button) => button.checkVisibility());
}

export function drawPanel() {
  if (!shown) return;
  body.setAttribute("aria-busy", String(!shown.record && !shown.error));
  if (shown.record) body.replaceChildren(...passageParts(shown.record, shown.quote));
  else if (shown.error) body.replaceChildren(failureNotice(shown.error, retry));
  else body.replaceChildren(element("p", { class: "progress" }, t("loadingPassage")));
}

function retry() {
  showPassage(shown.id, { quote: shown.quote });
}

function placePanel() {
  const modal = narrow.matches && shown !== null;
  panel.hidden = shown === null;
  document.body.classList.toggle("with-panel", shown !== null);
  byId("page").inert = modal;
  if (modal) {
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-modal", "true");
  } else {
    panel.removeAttribute("role");
    panel.removeAttribute("aria-modal");
  }
}

function passageParts(record, quote) {
  const { article, neighbours, siblings, ...passage } = record;
  const where = [passage.section, passage.page && t("pageShort", { page: passage.page })];
  const place = quote?.passageId === passage.id ? findQuote(passage, quote) : null;
  const link = new URL(passagePath(passage.id, place), location.origin).href;
  return [
    element("h3", { class: "panel-heading", lang: article.language ?? passage.language },
      article.title),
    element("p", { class: "quiet" }, languageName(passage.language),
      where[0] ? [" · ", element("span", { lang: passage.language }, where[0])] : null,
      where[1] ? ` · ${where[1]}` : null),
    element("p", { class: "passage-text", lang: passage.language }, passageNodes(passage, place)),
    neighbourButtons(neighbours ?? {}),
    siblingButtons(siblings ?? []),
    footnotePart(passage, article, link),
    recordPart(passage, article),
    element("p", { class: "permalink" },
      element("a", { href: link, target: "_blank", rel: "noopener" },
        t(place ? "permalinkQuote" : "permalink"))),
  ].filter(Boolean);
}

function neighbourButtons({ previous, next }) {
  if (!previous && !next) return null;
  return element("nav", { class: "row", "aria-label": t("neighbours") },
    moveButton(previous, `← ${t("previous")}`), moveButton(next, `${t("next")} →`));
}

function siblingButtons(siblings) {
  if (siblings.length === 0) return null;
  return element("div", { class: "row", role: "group", "aria-label": t("siblings") },
    siblings.map((sibling) =>
      moveButton(sibling, t("showIn", { language: languageName(sibling.language) }))));
}

function moveButton(target, label) {
  return element("button", {
    type: "button", class: "plain", disabled: !target, click: () => move(target.id),
  }, label);
}

// The address in the footnote can be copied by itself.
function footnotePart(passage, article, link) {
  const address = element("span", null, link);
  const note = element("p", { class: "footnote" }, `${footnoteText(passage, article)} `, address);
  return element("section", { "aria-label": t("footnote") },
    element("h4", { class: "label" }, t("footnote")), note,
    element("div", { class: "row" },
      copyButton(note, t("copyCitation")), copyButton(address, t("copyLink"))));
}

function copyButton(node, label) {
  return element("button", {
    type: "button", class: "plain", click: (event) => copyText(node, event.currentTarget),
  }, label);
}

function recordPart(passage, article) {
  return element("section", { "aria-label": t("record") },
    element("h4", { class: "label" }, t("record")), recordFields(passage, article),
    referenceRow((format) => articleCitationPath(article.id, format, currentLanguage()),
      article.id));
}
