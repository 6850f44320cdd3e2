// Draws one turn of the conversation: the question and its answer, refusal or failure.
//
// actions: open(passageId, quote, opener), retry(turn), readAs(turn, language).

import { element } from "./dom.js";
import { hasString, languageName, LANGUAGES, percent, t } from "./language.js";

const NEAREST = 3; // passages shown under a refusal
const SURE_OF_LANGUAGE = 0.8; // below this the reader is offered the other two languages

// turn: {question, options, state: "pending" | "answered" | "failed", slow, answer, error}.
// The nodes are kept on the turn, so that focus in the list survives an update.
export function createTurn(turn) {
  turn.heading = element("h3", { class: "question", tabindex: -1 }, turn.question);
  turn.body = element("div", { class: "answer" });
  turn.node = element("li", { class: "turn" }, turn.heading, turn.body);
  return turn.node;
}

export function fillTurn(turn, actions) {
  const hitsWereOpen = turn.body.querySelector("details.hits")?.open ?? false;
  turn.body.replaceChildren(...BODIES[turn.state](turn, actions));
  if (turn.state === "answered") turn.heading.lang = turn.answer.question.language;
  const hits = turn.body.querySelector("details.hits");
  if (hits) hits.open = hitsWereOpen;
}

const BODIES = { pending: pendingBody, answered: answeredBody, failed: failedBody };

function pendingBody(turn) {
  const text = t(turn.slow ? "stillSearching" : "searching");
  return [element("p", { class: "progress" }, text)];
}

function failedBody(turn, actions) {
  const { error } = turn;
  return [
    element("div", { class: "notice failure" },
      element("p", { class: "notice-title" }, t("failed")),
      ...failureLines(error),
      element("button", { type: "button", class: "plain", click: () => actions.retry(turn) },
        t("retry"))),
  ];
}

// The lines that say what went wrong; the service writes its detail in English.
export function failureLines(error) {
  return [
    element("p", null, t(`error_${error.kind}`, { status: error.status })),
    error.detail ? element("p", { class: "detail", lang: "en" }, error.detail) : null,
    error.requestId
      ? element("p", { class: "quiet" }, t("requestId", { id: error.requestId }))
      : null,
  ].filter(Boolean);
}

function answeredBody(turn, actions) {
  const { answer } = turn;
  const main = answer.refused ? refusal(answer, actions) : quotes(answer, actions);
  return [...main, hitsDisclosure(answer, actions), facts(turn, actions)].filter(Boolean);
}

function quotes(answer, actions) {
  const seen = new Set(); // two quotes of one paragraph show its translation once
  const items = answer.citations.map((citation) => {
    const shownId = citation.shown_in?.passage_id;
    const shown = seen.has(shownId) ? null : citation.shown_in;
    seen.add(shownId);
    return quoteItem(citation, shown, actions);
  });
  const list = element("ol", { class: "quotes", "aria-label": t("answer") }, items);
  if (answer.mode === "extractive") return [list];
  return [
    element("p", { class: "quiet" }, t("generated")),
    element("p", { class: "generated", lang: answer.language }, answer.text),
    list,
  ];
}

// A translation comes first and without quotation marks: only `quote` is somebody's words.
function quoteItem(citation, shown, actions) {
  const { language, quote } = citation;
  const name = languageName(language);
  const item = element("li", { class: "quote-item" });
  if (shown) {
    item.append(
      element("p", { class: "label" }, t("shownIn", { language: languageName(shown.language) })),
      element("p", { class: "shown", lang: shown.language }, shown.text));
  }
  item.append(
    element("p", { class: "label" },
      citation.shown_in ? t("original", { language: name }) : name),
    element("blockquote", { lang: language, class: citation.shown_in ? "beside" : null },
      element("p", null,
        element("span", { class: "quote" }, quote), " ", chip(citation, actions))),
    sourceLine(citation));
  return item;
}

function chip(citation, actions) {
  const { marker, article, passage_id: passageId, quote } = citation;
  return element("button", {
    type: "button",
    class: "chip",
    "data-passage": passageId,
    lang: document.documentElement.lang,
    "aria-label": t("chip", { n: marker, title: article.title }),
    click: (event) => actions.open(passageId, quote, event.currentTarget),
  }, String(marker));
}

function sourceLine(citation) {
  const { article, language, section, page } = citation;
  const line = element("p", { class: "source" });
  const authors = (article.authors ?? []).join(", ");
  const who = [authors, article.year && `(${article.year})`].filter(Boolean).join(" ");
  if (who) line.append(`${who}. `);
  line.append(element("cite", { lang: language }, article.title));
  if (section) line.append(". ", element("span", { lang: language }, section));
  if (page) line.append(", ", t("pageShort", { page }));
  return line;
}

function refusal(answer, actions) {
  const key = `reason_${answer.reason}`;
  const interfaceLanguage = document.documentElement.lang;
  const nearest = answer.hits.slice(0, NEAREST);
  return [
    element("div", { class: "notice refusal" },
      element("p", { class: "notice-title" }, t("refused")),
      hasString(key) ? element("p", null, t(key)) : null,
      answer.text && (answer.language !== interfaceLanguage || !hasString(key))
        ? element("p", { class: "quiet", lang: answer.language }, answer.text)
        : null),
    ...(nearest.length === 0 ? [] : [
      element("p", { class: "label" }, t("nearest")),
      element("ol", { class: "hit-list" },
        nearest.map((hit) => element("li", null, hitButton(hit, actions), excerpt(hit)))),
    ]),
  ];
}

function hitsDisclosure(answer, actions) {
  if (answer.hits.length === 0) return null;
  return element("details", { class: "disclosure hits" },
    element("summary", null, t("hits", { n: answer.hits.length })),
    element("ol", { class: "hit-list" },
      answer.hits.map((hit) => element("li", null,
        hitButton(hit, actions), relevance(hit), excerpt(hit), matches(hit, answer)))));
}

function hitButton(hit, actions) {
  const { id, title, section, language } = hit.passage;
  return element("button", {
    type: "button",
    class: "hit",
    "data-passage": id,
    lang: language,
    click: (event) => actions.open(id, "", event.currentTarget),
  }, [title, section].filter(Boolean).join(" · ") || id);
}

function excerpt(hit) {
  return element("p", { class: "excerpt", lang: hit.passage.language }, hit.passage.text);
}

function relevance(hit) {
  const share = percent(hit.relevance);
  return element("p", { class: "quiet relevance" },
    languageName(hit.passage.language), " · ", t("relevance"), " ",
    element("meter", { min: 0, max: 1, value: hit.relevance, "aria-hidden": "true" }),
    " ", share);
}

function matches(hit, answer) {
  if (!hit.matches?.length) return null;
  const pairs = hit.matches.map((match) => element("li", null,
    element("span", { lang: answer.question.language }, match.question_term), " ≈ ",
    element("span", { lang: hit.passage.language }, match.passage_term)));
  return element("div", { class: "matches quiet" },
    element("span", null, `${t("matches")}: `), element("ul", null, pairs));
}

// What the service understood, and a way to correct it when it was not sure.
function facts(turn, actions) {
  const { answer } = turn;
  const { language, language_confidence: sure } = answer.question;
  const line = [t("questionLanguage", { language: languageName(language) })];
  if (!answer.refused) line.push(t("confidence", { n: percent(answer.confidence) }));
  const block = element("p", { class: "facts quiet" }, line.join(" · "));
  if (sure < SURE_OF_LANGUAGE) {
    const others = LANGUAGES.filter((code) => code !== language);
    block.append(element("span", { class: "correction" }, " · ", t("wrongLanguage"),
      others.map((other) => [" ", element("button", {
        type: "button", class: "plain small", click: () => actions.readAs(turn, other),
      }, languageName(other))])));
  }
  return block;
}

// What a digest retells; a source that states its title in English only is named by that.
export function sourceTitle({ source_title: source, title_en: english, source_language: own }) {
  return source && element("cite", { lang: source === english ? "en" : own }, source);
}
