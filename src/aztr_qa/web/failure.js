// What is said when a request failed.

import { element } from "./dom.js";
import { t } from "./language.js";

// A notice with a button that tries again.
export function failureNotice(error, retry) {
  return element("div", { class: "notice failure" },
    element("p", { class: "notice-title" }, t("failed")),
    element("p", null, t(`error_${error.kind}`, { status: error.status })),
    // The service writes its detail in English.
    error.detail ? element("p", { class: "detail", lang: "en" }, error.detail) : null,
    error.requestId
      ? element("p", { class: "quiet" }, t("requestId", { id: error.requestId }))
      : null,
    element("button", { type: "button", class: "plain", click: retry }, t("retry")));
}
