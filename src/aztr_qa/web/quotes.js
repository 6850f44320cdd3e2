// Draws an answer: what a model composed, where it did, and the quotes with their translations.
//
// actions: open(passageId, quote, opener).

import { citationsPath } from "./api.js";
import { element } from "./dom.js";
import { currentLanguage, hasString, languageName, t } from "./language.js";
import { quoteNodes } from "./marking.js";
import { referenceRow } from "./references.js";

export function answerParts(answer, actions) {
  return [
    ...(answer.mode === "generated" ? composedParts(answer, actions) : []),
    answer.generation_note ? noteLine(answer.generation_note) : null,
    element("ol", { class: "quotes", "aria-label": t("answer") },
      paragraphs(answer.citations).map((citations) => quoteItem(citations, actions))),
    answerReferences(answer),
  ].filter(Boolean);
}

// The markers in the text of a model, "[2]", become chips like those of the quotes.
function composedParts({ text, language, citations }, actions) {
  const pieces = text.split(/\[(\d+)\]/).map((piece, index) => {
    if (index % 2 === 0) return piece;
    const citation = citations.find(({ marker }) => String(marker) === piece);
    return citation ? chip(citation, actions) : `[${piece}]`;
  });
  return [
    element("p", { class: "label" }, t("composed")),
    element("p", { class: "composed", lang: language }, pieces),
    element("p", { class: "label" }, t("restsOn")),
  ];
}

function noteLine(note) {
  const key = `note_${note}`;
  return element("p", { class: "note quiet" },
    [t("notComposed"), hasString(key) ? t(key) : null].filter(Boolean).join(" "));
}

// Lists of neighbouring citations with the same translation, which is shown once.
function paragraphs(citations) {
  const lists = [];
  for (const citation of citations) {
    const shownId = citation.shown_in?.passage_id;
    if (shownId && shownId === lists.at(-1)?.[0].shown_in?.passage_id) lists.at(-1).push(citation);
    else lists.push([citation]);
  }
  return lists;
}

// A translation comes first and without quotation marks: only `quote` is somebody's words.
function quoteItem(citations, actions) {
  const [{ shown_in: shown, language }] = citations;
  const name = languageName(language);
  const label = element("p", { class: "label" }, shown ? t("original", { language: name }) : name);
  const quotes = citations.map((citation) => quoteParts(citation, actions));
  if (!shown) return element("li", null, label, quotes);
  return element("li", { class: "pair" },
    element("div", { class: "aligned" },
      element("p", { class: "label" }, t("aligned", { language: languageName(shown.language) })),
      element("p", { class: "shown", lang: shown.language }, shown.text)),
    element("div", null, label, quotes));
}

function quoteParts(citation, actions) {
  const names = ["quote", /^[“"«]/.test(citation.quote) && "opens",
    /[”"»]$/.test(citation.quote) && "closes"];
  return [
    element("blockquote", { lang: citation.language },
      element("p", null,
        element("span", { class: names.filter(Boolean).join(" ") }, quoteNodes(citation)),
        " ", chip(citation, actions))),
    sourceLine(citation),
  ];
}

function chip(citation, actions) {
  const { marker, article, passage_id: passageId, quote: text, start, end, highlight } = citation;
  const quote = { passageId, text, start, end, highlight };
  return element("button", {
    type: "button",
    class: "chip",
    "data-passage": passageId,
    lang: currentLanguage(),
    "aria-label": t("chip", { n: marker, title: article.title }),
    click: (event) => actions.open(passageId, quote, event.currentTarget),
  }, String(marker));
}

function sourceLine({ article, language, section, page }) {
  const line = element("p", { class: "source" });
  const authors = (article.authors ?? []).join(", ");
  const who = [authors, article.year && `(${article.year})`].filter(Boolean).join(" ");
  if (who) line.append(`${who}. `);
  line.append(element("cite", { lang: language }, article.title));
  if (section) line.append(". ", element("span", { lang: language }, section));
  if (page) line.append(", ", t("pageShort", { page }));
  return line;
}

function answerReferences({ id, citations }) {
  const passageIds = [...new Set(citations.map(({ passage_id: passageId }) => passageId))];
  if (passageIds.length === 0) return null;
  return referenceRow((format) => citationsPath(passageIds, format, currentLanguage()),
    `aztr-qa-${id}`);
}
