// Draws one turn of the conversation: the question and its answer, refusal or failure.
//
// actions: open(passageId, quote, opener), retry(turn), readAs(turn, language).

import { element } from "./dom.js";
import { failureNotice } from "./failure.js";
import {
  currentLanguage, hasString, LANGUAGES, languageName, percent, t,
} from "./language.js";
import { answerParts } from "./quotes.js";

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
  return [failureNotice(turn.error, () => actions.retry(turn))];
}

function answeredBody(turn, actions) {
  const { answer } = turn;
  const main = answer.refused ? refusal(answer, actions) : answerParts(answer, actions);
  return [resolvedLine(turn), ...main, hitsDisclosure(answer, actions), facts(turn, actions)]
    .filter(Boolean);
}

// A follow-up ("and who signed it?") as the service completed it from the questions before it.
function resolvedLine({ question, answer }) {
  const { resolved, text, language } = answer.question;
  if (!resolved || resolved === text || resolved === question) return null;
  return element("p", { class: "resolved quiet" }, `${t("understoodAs")}: `,
    element("span", { lang: language }, resolved));
}

function refusal(answer, actions) {
  const key = `reason_${answer.reason}`;
  const nearest = answer.hits.slice(0, NEAREST);
  return [
    element("div", { class: "notice refusal" },
      element("p", { class: "notice-title" }, t("refused")),
      hasString(key) ? element("p", null, t(key)) : null,
      answer.text && (answer.language !== currentLanguage() || !hasString(key))
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
    click: (event) => actions.open(id, null, event.currentTarget),
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
