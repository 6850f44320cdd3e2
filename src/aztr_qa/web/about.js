// The about panel: what the service answers from, counted, and where each article comes from.

import { fetchArticles, fetchIndex } from "./api.js";
import { byId, element } from "./dom.js";
import { LANGUAGES, currentLanguage, formatNumber, languageName, t } from "./language.js";
import { sourceTitle } from "./record.js";

const known = { index: null, articles: null };

export async function loadAbout() {
  const [index, articles] = await Promise.allSettled([fetchIndex(), fetchArticles()]);
  known.index = index.value ?? null;
  known.articles = articles.value ?? null;
  drawAbout();
}

// Left out when the service cannot say: the first question will then report the trouble.
export function drawAbout() {
  const { index } = known;
  const articles = known.articles?.articles ?? [];
  byId("about").hidden = !index && !known.articles;
  byId("about-digests").hidden = !articles.length || articles.some(({ relation }) => !relation);
  byId("index-line").textContent = index
    ? t("indexLine", {
      articles: formatNumber(index.articles),
      sections: formatNumber(index.sections),
      passages: formatNumber(index.passages.total),
    })
    : "";
  byId("statistics").hidden = byId("statistics-title").hidden = !articles.length;
  byId("statistics").replaceChildren(...(articles.length ? [statistics(articles, index)] : []));
  const more = (known.articles?.total ?? 0) - articles.length;
  byId("articles").replaceChildren(...articles.map(articleItem),
    ...(more > 0 ? [element("li", { class: "quiet" }, t("moreArticles", { n: more }))] : []));
}

function statistics(articles, index) {
  const short = (language) => [
    element("span", { "aria-hidden": "true", title: languageName(language) },
      language.toUpperCase()),
    element("span", { class: "visually-hidden" }, languageName(language)),
  ];
  const head = [t("record"), t("sections"), ...LANGUAGES.map(short)];
  const sums = index && row(element("strong", null, t("total")), index);
  return element("table", { "aria-labelledby": "statistics-title" },
    element("thead", null, element("tr", null,
      head.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", null, articles.map((article) => row(ownTitle(article), article))),
    sums ? element("tfoot", null, sums) : null);
}

function row(name, { sections, passages }) {
  const numbers = [sections, ...LANGUAGES.map((language) => passages[language])];
  return element("tr", null, element("th", { scope: "row" }, name),
    numbers.map((number) => element("td", null, formatNumber(number))));
}

// The title in the language of the page, where the article has one.
function ownTitle({ titles, title, language }) {
  const here = currentLanguage();
  const shown = titles?.[here] ?? title;
  return element("cite", { lang: titles?.[here] ? here : language }, shown);
}

// Authors (year). Title, venue: of a digest, those of the article that it retells.
function articleItem(article) {
  const { title, language, authors, year, venue, relation } = article;
  const who = [(authors ?? []).join(", "), year && `(${year})`].filter(Boolean).join(" ");
  const name = (relation && sourceTitle(article)) || element("cite", { lang: language }, title);
  const notes = [relation && t("digest"), relation && !authors?.length && t("authorUnknown")];
  return element("li", null, who ? `${who}. ` : null, name, venue ? `, ${venue}` : null,
    notes.filter(Boolean).map((note) => element("span", { class: "quiet" }, ` · ${note}`)));
}
