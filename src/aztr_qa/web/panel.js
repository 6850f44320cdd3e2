// The side panel: one passage with its quote marked, its article record and its neighbours.
//
// Beside the conversation on wide screens; on narrow ones a modal dialog over it.

import { fetchPassage } from "./api.js";
import { byId, element, outsideLink, passagePath } from "./dom.js";
import { languageName, t } from "./language.js";
import { failureLines, sourceTitle } from "./render.js";

const narrow = matchMedia("(max-width: 62.5rem)"); // the same border as in style.css
const panel = byId("panel");
const body = byId("panel-body");

// What is shown now; `record` and `error` are null while loading.
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
  return shown?.quote ?? "";
}

export async function showPassage(id, { quote = "", opener = null } = {}) {
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
  byId("live").textContent = request.record?.article.title ?? t("failed");
}

export function hidePanel() {
  if (!shown) return;
  const { opener } = shown;
  shown = null;
  placePanel();
  (redrawn(opener) ?? byId("question")).focus();
}

// A switch of language draws the buttons anew: the one of the same passage takes the place.
function redrawn(opener) {
  if (!opener || opener.isConnected) return opener;
  return document.querySelector(`[data-passage="${CSS.escape(opener.dataset.passage)}"]`);
}

export function drawPanel() {
  if (!shown) return;
  body.setAttribute("aria-busy", String(!shown.record && !shown.error));
  if (shown.record) body.replaceChildren(...passageParts(shown.record, shown.quote));
  else if (shown.error) body.replaceChildren(failure(shown.error));
  else body.replaceChildren(element("p", { class: "progress" }, t("loadingPassage")));
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

function failure(error) {
  const { id, quote } = shown;
  return element("div", { class: "notice failure" },
    element("p", { class: "notice-title" }, t("failed")),
    ...failureLines(error),
    element("button", { type: "button", class: "plain", click: () => showPassage(id, { quote }) },
      t("retry")));
}

function passageParts(record, quote) {
  const { article, neighbours, siblings, ...passage } = record;
  const where = [passage.section, passage.page && t("pageShort", { page: passage.page })];
  return [
    element("h3", { class: "panel-heading", lang: article.language ?? passage.language },
      article.title),
    element("p", { class: "quiet" }, languageName(passage.language),
      where[0] ? [" · ", element("span", { lang: passage.language }, where[0])] : null,
      where[1] ? ` · ${where[1]}` : null),
    markedText(passage, quote),
    neighbourButtons(neighbours ?? {}),
    siblingButtons(siblings ?? []),
    footnotePart(passage, article),
    articleRecord(passage, article),
    element("p", { class: "permalink" },
      element("a", { href: passagePath(passage.id), target: "_blank", rel: "noopener" },
        t("permalink"))),
  ].filter(Boolean);
}

// The quote is a substring of the passage; offsets count code points, so we look for the text.
function markedText(passage, quote) {
  const text = element("p", { class: "passage-text", lang: passage.language });
  const at = quote ? passage.text.indexOf(quote) : -1;
  if (at < 0) text.append(passage.text);
  else {
    text.append(passage.text.slice(0, at), element("mark", null, quote),
      passage.text.slice(at + quote.length));
  }
  return text;
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

function articleRecord(passage, article) {
  const numbers = [
    article.volume && t("volume", { n: article.volume }),
    article.issue && t("issue", { n: article.issue }),
  ];
  const rows = [
    ["source", article.relation && sourceTitle(article)],
    ["authors", (article.authors ?? []).join(", ")],
    ["year", article.year],
    ["venue", [article.venue, ...numbers].filter(Boolean).join(", ")],
    ["section", passage.section && element("span", { lang: passage.language }, passage.section)],
    ["page", passage.page],
    ["language", article.source_language && languageName(article.source_language)],
  ].map(([key, value]) => [t(key), value]);
  rows.push(["ISSN", article.issn], ["DOI", article.doi && doiLink(article.doi)],
    [t("address"), article.url && outsideLink(article.url)]);
  return element("section", { "aria-label": t("record") },
    element("h4", { class: "label" }, t("record")),
    element("dl", { class: "record" }, rows.filter(([, value]) => value).map(([name, value]) =>
      element("div", null, element("dt", null, name), element("dd", null, value)))));
}

function doiLink(doi) {
  const link = outsideLink(doiAddress(doi));
  link.textContent = doi;
  return link;
}

function doiAddress(doi) {
  return /^https?:/.test(doi) ? doi : `https://doi.org/${doi}`;
}

function footnotePart(passage, article) {
  const note = element("p", { class: "footnote" }, footnote(passage, article));
  const button = element("button", { type: "button", class: "plain" }, t("copyCitation"));
  button.addEventListener("click", () => copy(note, button));
  return element("section", { "aria-label": t("footnote") },
    element("h4", { class: "label" }, t("footnote")), note, button);
}

// Çağlar Özer, “Title”, Venue, vol. 6, no. 1 (2025), p. 12. https://doi.org/… https://host/p/id
function footnote(passage, article) {
  const issue = [
    article.venue,
    article.volume && t("volume", { n: article.volume }),
    article.issue && t("issue", { n: article.issue }),
  ].filter(Boolean).join(", ");
  const parts = [
    (article.authors ?? []).join(", "),
    `“${article.relation ? article.source_title ?? article.title : article.title}”`,
    [issue, article.year && `(${article.year})`].filter(Boolean).join(" "),
    article.relation ? t("digestOf", { title: `“${article.title}”` }) : null,
    passage.page ? t("pageShort", { page: passage.page }) : passage.section,
  ].filter(Boolean).join(", ");
  const address = article.doi ? doiAddress(article.doi) : article.url;
  const here = new URL(passagePath(passage.id), location.origin).href;
  return [`${parts}.`, address, here].filter(Boolean).join(" ");
}

// The clipboard needs https or localhost; elsewhere the text is selected for the reader to copy.
async function copy(note, button) {
  try {
    await navigator.clipboard.writeText(note.textContent);
    button.textContent = t("copied");
  } catch {
    getSelection().selectAllChildren(note);
    button.textContent = t("copyFailed");
  }
  byId("live").textContent = button.textContent;
}
