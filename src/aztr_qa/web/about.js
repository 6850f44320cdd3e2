// The about panel: what the service answers from, counted, and where each article comes from.

import { fetchArticles, fetchIndex } from "./api.js";
import { byId, element } from "./dom.js";
import { currentLanguage, languageName, t } from "./language.js";

const LANGUAGES = ["az", "tr", "en"];
const known = { index: null, articles: null };

export async function loadAbout() {
  const [index, articles] = await Promise.allSettled([fetchIndex(), fetchArticles()]);
  known.index = index.value ?? null;
  known.articles = articles.value ?? null;
  drawAbout();
}

// Left out when the service cannot say: the first question will then report the trouble.
export function drawAbout() {
  const { index, articles } = known;
  byId("about").hidden = !index && !articles;
  byId("index-line").textContent = index
    ? t("indexLine", {
      articles: index.articles,
      sections: most(index.sections),
      passages: index.passages.total,
    })
    : "";
  byId("statistics").replaceChildren(...(articles ? [statistics(articles, index)] : []));
  byId("about-digests").hidden = !articles?.articles.some(({ relation }) => relation === "digest");
  if (!articles) return;
  const more = articles.total - articles.articles.length;
  byId("articles").replaceChildren(...articles.articles.map(articleItem),
    ...(more > 0 ? [element("li", { class: "quiet" }, t("moreArticles", { n: more }))] : []));
}

function statistics({ articles }, index) {
  const short = (language) =>
    element("abbr", { title: languageName(language) }, language.toUpperCase());
  const head = [t("record"), t("sections"), ...LANGUAGES.map(short)];
  const rows = articles.map((article) => row("td", ownTitle(article), article));
  const sums = index && row("td", element("strong", null, t("total")), index);
  return element("table", null,
    element("caption", { class: "quiet" }, t("statistics")),
    element("thead", null, element("tr", null,
      head.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", null, rows),
    sums ? element("tfoot", null, sums) : null);
}

function row(cell, name, { sections, passages }) {
  const numbers = [most(sections), ...LANGUAGES.map((language) => passages[language])];
  return element("tr", null, element("th", { scope: "row" }, name),
    numbers.map((number) => element(cell, null, String(number ?? 0))));
}

function most(byLanguage) {
  return Math.max(0, ...Object.values(byLanguage ?? {}));
}

// The title in the language of the page, where the article has one.
function ownTitle({ titles, title, language }) {
  const here = currentLanguage();
  const shown = titles?.[here] ?? title;
  return element("cite", { lang: titles?.[here] ? here : language }, shown);
}

// Authors (year). Title, venue: of a digest, those of the article that it retells.
function articleItem(article) {
  const { title, language, authors, year, venue, relation, source_title: source } = article;
  const who = [(authors ?? []).join(", "), year && `(${year})`].filter(Boolean).join(" ");
  const name = relation
    ? element("cite", { lang: sourceLanguage(article) }, source ?? title)
    : element("cite", { lang: language }, title);
  return element("li", null, who ? `${who}. ` : null, name, venue ? `, ${venue}` : null,
    relation
      ? element("span", { class: "quiet" }, ` · ${t("digest")}`,
        who ? null : ` · ${t("authorUnknown")}`)
      : null);
}

// A source that states its title in English only is named by that.
function sourceLanguage({ source_title: source, title_en: english, source_language: language }) {
  return source === english ? "en" : language;
}
