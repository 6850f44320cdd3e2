// The record of an article, for readers: its source, its fields, and a footnote.

import { element, outsideLink } from "./dom.js";
import { languageName, t } from "./language.js";

// What a digest retells; a source that states its title in English only is named by that.
export function sourceTitle({ source_title: source, title_en: english, source_language: own }) {
  return source && element("cite", { lang: source === english ? "en" : own }, source);
}

export function recordFields(passage, article) {
  const rows = [
    ["source", article.relation && sourceTitle(article)],
    ["authors", (article.authors ?? []).join(", ")],
    ["year", article.year],
    ["venue", [article.venue, ...numbers(article)].filter(Boolean).join(", ")],
    ["section", passage.section && element("span", { lang: passage.language }, passage.section)],
    ["page", passage.page],
    ["language", article.source_language && languageName(article.source_language)],
  ].map(([key, value]) => [t(key), value]);
  rows.push(["ISSN", article.issn], ["DOI", article.doi && doiLink(article.doi)],
    [t("address"), article.url && outsideLink(article.url)]);
  return element("dl", { class: "record" }, rows.filter(([, value]) => value)
    .map(([name, value]) =>
      element("div", null, element("dt", null, name), element("dd", null, value))));
}

// Çağlar Özer, “Title”, Venue, vol. 6, no. 1 (2025), p. 12. https://doi.org/…
export function footnoteText(passage, article) {
  const issue = [article.venue, ...numbers(article)].filter(Boolean).join(", ");
  const parts = [
    (article.authors ?? []).join(", "),
    `“${article.relation ? article.source_title ?? article.title : article.title}”`,
    [issue, article.year && `(${article.year})`].filter(Boolean).join(" "),
    article.relation ? t("digestOf", { title: `“${article.title}”` }) : null,
    passage.page ? t("pageShort", { page: passage.page }) : passage.section,
  ].filter(Boolean).join(", ");
  const address = article.doi ? doiAddress(article.doi) : article.url;
  return [`${parts}.`, address].filter(Boolean).join(" ");
}

function numbers({ volume, issue }) {
  return [volume && t("volume", { n: volume }), issue && t("issue", { n: issue })];
}

function doiLink(doi) {
  const link = outsideLink(doiAddress(doi));
  link.textContent = doi;
  return link;
}

function doiAddress(doi) {
  return /^https?:/.test(doi) ? doi : `https://doi.org/${doi}`;
}
