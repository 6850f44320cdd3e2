// The addresses of the page: /p/{passage_id}, and ?quote=start-end for a quote in that passage.
//
// The range is the quote's `start` and `end` in the article's text, as the API gives them. It is a
// query and no #fragment: a footnote outlives many programs, and some cut fragments off.

export function passagePath(passageId, place = null) {
  const range = place ? `?quote=${place.start}-${place.end}` : "";
  return `/p/${encodeURIComponent(passageId)}${range}`;
}

// passageIdIn("/p/ozer%3A12") -> "ozer:12"; "" where the address names no passage.
export function passageIdIn(path) {
  const written = /^\/p\/(.+)$/.exec(path)?.[1] ?? "";
  try {
    return decodeURIComponent(written);
  } catch {
    return written; // a stray % sign: the service will say that there is no such passage
  }
}

// rangeIn("?quote=120-245") -> {start: 120, end: 245}; null where the address names no range.
export function rangeIn(search) {
  const written = new URLSearchParams(search).get("quote") ?? "";
  const [, start, end] = /^(\d{1,15})-(\d{1,15})$/.exec(written) ?? [];
  return end ? { start: Number(start), end: Number(end) } : null;
}
