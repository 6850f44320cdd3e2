// The language of the interface: which one it is, and how its strings and numbers are written.

import { STRINGS } from "./strings.js";

export const LANGUAGES = ["az", "tr", "en"];
const STORAGE_KEY = "aztr-qa.language";

let current = "en";

export function currentLanguage() {
  return current;
}

// The remembered choice, else the first language of the browser that we speak, else English.
export function preferredLanguage() {
  const wanted = [remembered(), navigator.language, ...(navigator.languages ?? [])];
  const spoken = wanted.map((tag) => String(tag ?? "").slice(0, 2).toLowerCase());
  return spoken.find((tag) => LANGUAGES.includes(tag)) ?? "en";
}

export function setLanguage(language) {
  current = language;
  document.documentElement.lang = language;
  document.title = `${t("pageTitle")} · aztr-qa`;
  for (const node of document.querySelectorAll("[data-t]")) {
    node.textContent = t(node.dataset.t);
  }
  for (const node of document.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
  }
  for (const node of document.querySelectorAll("[data-t-placeholder]")) {
    node.setAttribute("placeholder", t(node.dataset.tPlaceholder));
  }
}

export function remember(language) {
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // Storage can be switched off; the choice then lasts as long as the page.
  }
}

// t("retry") -> "Yenidən cəhd et"; {name} in a string is replaced by values.name.
export function t(key, values = {}) {
  return STRINGS[current][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

export function hasString(key) {
  return key in STRINGS[current];
}

export function languageName(code) {
  return hasString(`lang_${code}`) ? t(`lang_${code}`) : String(code);
}

export function formatNumber(number) {
  return new Intl.NumberFormat(current).format(number ?? 0);
}

export function percent(share) {
  return new Intl.NumberFormat(current, { style: "percent" }).format(share);
}

function remembered() {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
