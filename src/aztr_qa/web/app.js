// Puts the page together: the form, the conversation, the address bar and the language switch.

import { drawAbout, loadAbout } from "./about.js";
import { passageIdIn, passagePath, rangeIn } from "./addresses.js";
import { askQuestion } from "./api.js";
import { byId, element } from "./dom.js";
import { currentLanguage, preferredLanguage, remember, setLanguage, t } from "./language.js";
import { drawPanel, hidePanel, initPanel, isPanelOpen, showPassage, shownQuote } from "./panel.js";
import { createTurn, fillTurn } from "./render.js";

const SLOW_AFTER_MS = 5_000;
const SHOW_COUNTER_FROM = 1_600;
const MAX_HISTORY = 5; // earlier questions that the service looks at

const turns = [];
const question = byId("question");
const actions = { open: openPassage, retry, readAs };

// --- asking -----------------------------------------------------------------------------------

function submit() {
  const text = question.value.trim();
  if (!text) {
    showHint(t("emptyQuestion"), true);
    announce(t("emptyQuestion"));
    question.focus();
    return;
  }
  ask(text);
  question.value = "";
  drawHint();
}

function ask(text, questionLanguage = "") {
  const turn = {
    question: text,
    options: {
      questionLanguage,
      answerLanguage: byId("answer-language").value,
      passageLanguage: byId("passage-language").value,
    },
  };
  turns.push(turn);
  byId("conversation").append(createTurn(turn));
  byId("conversation-end").hidden = false;
  run(turn);
}

async function run(turn) {
  Object.assign(turn, { state: "pending", slow: false, answer: null, error: null });
  draw(turn);
  scrollTo(turn);
  announce(t("searching"));
  const timer = setTimeout(() => {
    turn.slow = true;
    draw(turn);
    announce(t("stillSearching"));
  }, SLOW_AFTER_MS);
  try {
    turn.answer = await askQuestion(turn.question, { ...turn.options, history: historyOf(turn) });
    turn.state = "answered";
  } catch (error) {
    turn.error = error;
    turn.state = "failed";
  } finally {
    clearTimeout(timer);
  }
  if (!turns.includes(turn)) return; // the conversation was cleared meanwhile
  draw(turn);
  scrollTo(turn);
  announce(outcome(turn));
}

// The questions before this one, oldest first; a refusal is an answer, a failed request is none.
function historyOf(turn) {
  return turns.slice(0, turns.indexOf(turn))
    .filter(({ state }) => state === "answered")
    .slice(-MAX_HISTORY)
    .map(({ question: text, answer }) => ({ question: text, answer_id: answer.id }));
}

function clearConversation() {
  turns.length = 0;
  byId("conversation").replaceChildren();
  byId("conversation").setAttribute("aria-busy", "false");
  byId("conversation-end").hidden = true;
  announce(t("cleared"));
  question.focus();
}

function draw(turn) {
  fillTurn(turn, actions);
  const busy = turns.some(({ state }) => state === "pending");
  byId("conversation").setAttribute("aria-busy", String(busy));
}

function scrollTo(turn) {
  if (turn === turns.at(-1) && !isPanelOpen()) turn.node.scrollIntoView();
}

function outcome(turn) {
  if (turn.state === "failed") return t("failed");
  if (turn.answer.refused) return t("refused");
  return t("answered", { n: turn.answer.citations.length });
}

function retry(turn) {
  turn.heading.focus();
  run(turn);
}

function readAs(turn, language) {
  turn.options = { ...turn.options, questionLanguage: language };
  retry(turn);
}

function announce(text) {
  byId("live").textContent = text;
}

// --- passages and the address bar -------------------------------------------------------------

// quote: {passageId, start, end, text?, highlight?} or null. The address holds its range, the state
// of the history all of it, so that a step back or a reload marks the key phrase too.
function openPassage(id, quote, opener) {
  if (isPanelOpen()) moveTo(id, quote, opener);
  else {
    history.pushState({ quote, pushed: true }, "", pathTo(id, quote));
    showPassage(id, { quote, opener });
  }
}

function moveTo(id, quote = shownQuote(), opener = null) {
  history.replaceState({ ...history.state, quote }, "", pathTo(id, quote));
  showPassage(id, { quote, opener });
}

function pathTo(id, quote) {
  return passagePath(id, quote?.passageId === id ? quote : null);
}

// Back closes what a click opened; a page loaded at /p/{id} has nothing of ours to go back to.
function closePassage() {
  hidePanel();
  if (history.state?.pushed) history.back();
  else history.replaceState(null, "", "/");
}

function followAddress() {
  const id = passageIdIn(location.pathname);
  const range = rangeIn(location.search);
  const linked = range && { passageId: id, ...range };
  if (id) showPassage(id, { quote: history.state?.quote ?? linked });
  else hidePanel();
}

// --- texts in the interface language ----------------------------------------------------------

function switchLanguage(language) {
  setLanguage(language);
  for (const button of byId("languages").children) {
    button.setAttribute("aria-pressed", String(button.value === language));
  }
  drawHint();
  drawExamples();
  drawAbout();
  turns.forEach((turn) => fillTurn(turn, actions));
  drawPanel();
}

function drawHint() {
  const n = question.value.length;
  if (n < SHOW_COUNTER_FROM) showHint(t("keysHint"), false);
  else showHint(t("counter", { n }), true);
}

function showHint(text, urgent) {
  byId("form-hint").textContent = text;
  byId("form-hint").classList.toggle("urgent", urgent);
}

function drawExamples() {
  const language = currentLanguage();
  const texts = [t("example_1"), t("example_2"), t("example_3")];
  byId("examples").replaceChildren(...texts.map((text) => element("li", null,
    element("button", { type: "button", click: () => ask(text, language) }, text))));
}

// --- start ------------------------------------------------------------------------------------

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
question.addEventListener("input", drawHint);
byId("clear").addEventListener("click", clearConversation);
byId("skip").addEventListener("click", (event) => {
  event.preventDefault(); // a new #question would be a step in the history of passages
  question.focus();
});
byId("languages").addEventListener("click", (event) => {
  const { value } = event.target;
  if (!value) return;
  remember(value);
  switchLanguage(value);
});
addEventListener("popstate", followAddress);
history.scrollRestoration = "manual";

initPanel({ onMove: moveTo, onClose: closePassage });
switchLanguage(preferredLanguage());
loadAbout();
followAddress();
