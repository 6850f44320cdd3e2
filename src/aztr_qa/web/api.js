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

// options may hold questionLanguage, answerLanguage and passageLanguage; empty ones are not sent,
// because the service refuses unknown or malformed fields.
export function askQuestion(question, options) {
  const body = { question, explain: true };
  if (options.questionLanguage) body.question_language = options.questionLanguage;
  if (options.answerLanguage) body.answer_language = options.answerLanguage;
  if (options.passageLanguage) body.passage_languages = [options.passageLanguage];
  return request("/v1/answers", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
}

export function fetchPassage(passageId) {
  return request(`/v1/passages/${encodeURIComponent(passageId)}`);
}

export function fetchArticles() {
  return request("/v1/articles");
}

export function fetchIndex() {
  return request("/v1/index");
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
  const data = parse(body);
  if (!response.ok || data === null) {
    throw new ApiError("http", {
      status: response.status,
      detail: data?.detail || data?.title || "",
      requestId: data?.request_id || response.headers.get("X-Request-ID") || "",
    });
  }
  return data;
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
