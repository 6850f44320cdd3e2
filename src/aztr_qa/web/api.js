// Talks to the HTTP API of the same origin; every failure is an ApiError.

const TIMEOUT_MS = 60_000;

// kind: "unreachable" (no reply), "timeout" (no reply in time) or "http" (an error status).
export class ApiError extends Error {
  constructor(kind, { status = 0, detail = "", requestId = "" } = {}) {
    super(detail || kind);
    this.kind = kind;
    this.status = status;
    this.detail = detail;
    this.requestId = requestId;
  }
}

// options may hold questionLanguage, answerLanguage, passageLanguage and history, the earlier
// questions of the conversation, oldest first: [{question, answer_id}]. Empty ones are not sent,
// because the service refuses unknown or malformed fields.
export function askQuestion(question, options) {
  const body = { question, explain: true };
  if (options.questionLanguage) body.question_language = options.questionLanguage;
  if (options.answerLanguage) body.answer_language = options.answerLanguage;
  if (options.passageLanguage) body.passage_languages = [options.passageLanguage];
  if (options.history?.length) body.history = options.history;
  return fetchJson("/v1/answers", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
}

export function fetchPassage(passageId) {
  return fetchJson(`/v1/passages/${encodeURIComponent(passageId)}`);
}

export function fetchArticles() {
  return fetchJson("/v1/articles");
}

export function fetchIndex() {
  return fetchJson("/v1/index");
}

// format: "bibtex", "ris", "csl-json" or "apa"; language: that of the notes.
export function citationsPath(passageIds, format, language) {
  const cited = passageIds.map((passageId) => ["passage", passageId]);
  return `/v1/citations?${new URLSearchParams([...cited, ["format", format], ["language", language]])}`;
}

export function articleCitationPath(articleId, format, language) {
  const asked = new URLSearchParams({ format, language });
  return `/v1/articles/${encodeURIComponent(articleId)}/citation?${asked}`;
}

export async function fetchText(path) {
  const { response, body } = await request(path);
  if (!response.ok) throw statusError(response, parse(body));
  return body;
}

async function fetchJson(path, init) {
  const { response, body } = await request(path, init);
  const data = parse(body);
  if (!response.ok || data === null) throw statusError(response, data);
  return data;
}

async function request(path, init = {}) {
  let response;
  let body;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    body = await response.text();
  } catch (error) {
    throw new ApiError(error.name === "TimeoutError" ? "timeout" : "unreachable");
  }
  return { response, body };
}

function statusError(response, data) {
  return new ApiError("http", {
    status: response.status,
    detail: data?.detail || data?.title || "",
    requestId: data?.request_id || response.headers.get("X-Request-ID") || "",
  });
}

// A proxy in front of the service may answer with a page of its own: that is no JSON object.
function parse(body) {
  try {
    const data = JSON.parse(body);
    return typeof data === "object" ? data : null;
  } catch {
    return null;
  }
}
