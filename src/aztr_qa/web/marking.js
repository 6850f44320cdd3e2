// Marks parts of a text by offsets, which count the code points of the article's text.
//
// A string of JavaScript counts UTF-16 units instead: one emoji would shift all that follows it.

import { element } from "./dom.js";

// The nodes of a quote, with its key phrase, where it has one.
export function quoteNodes({ quote, start, highlight }) {
  return keyNodes(Array.from(quote), start, highlight);
}

// Where a quote stands in a passage, as offsets in the article's text; null where it does not.
// quote: {start, end, text?, highlight?}. A link gives only the range, which an edit of the article
// may have shifted: a range that does not hold whole words, as every quote does, is not believed.
export function findQuote(passage, quote) {
  if (!quote) return null;
  const letters = Array.from(passage.text);
  const [from, to] = [quote.start - passage.start, quote.end - passage.start];
  if (isSpan(from, to, letters.length)) {
    const fits = quote.text
      ? letters.slice(from, to).join("") === quote.text
      : isWhole(letters, from, to);
    if (fits) return { start: quote.start, end: quote.end, highlight: quote.highlight };
  }
  return findText(passage, quote);
}

// The nodes of a passage's text. place: as `findQuote` gives it.
export function passageNodes(passage, place) {
  if (!place) return [passage.text];
  const letters = Array.from(passage.text);
  const [from, to] = [place.start - passage.start, place.end - passage.start];
  return [
    letters.slice(0, from).join(""),
    element("mark", null, keyNodes(letters.slice(from, to), place.start, place.highlight)),
    letters.slice(to).join(""),
  ];
}

function findText(passage, { text, start, highlight }) {
  const at = text ? passage.text.indexOf(text) : -1;
  if (at < 0) return null;
  const found = passage.start + Array.from(passage.text.slice(0, at)).length;
  const shift = found - start;
  return {
    start: found,
    end: found + Array.from(text).length,
    highlight: highlight && { start: highlight.start + shift, end: highlight.end + shift },
  };
}

// letters: the code points of a text that begins at `start`.
function keyNodes(letters, start, highlight) {
  const [from, to] = [highlight?.start - start, highlight?.end - start];
  if (!isSpan(from, to, letters.length)) return [letters.join("")];
  return [
    letters.slice(0, from).join(""),
    element("strong", { class: "key" }, letters.slice(from, to).join("")),
    letters.slice(to).join(""),
  ];
}

function isSpan(from, to, length) {
  return Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= length;
}

function isWhole(letters, from, to) {
  const isGap = (letter) => letter === undefined || /\s/.test(letter);
  return isGap(letters[from - 1]) && !isGap(letters[from])
    && !isGap(letters[to - 1]) && isGap(letters[to]);
}
