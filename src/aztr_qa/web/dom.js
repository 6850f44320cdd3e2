// Builds DOM nodes. Data only ever becomes text or a checked attribute, never markup.

export function byId(id) {
  return document.getElementById(id);
}

// element("button", {type: "button", click: open}, "Open") -> <button type="button">Open</button>
// A function value is a listener for the event of that name; null and false are left out.
export function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, String(value));
    }
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

// A link when the address is http or https, plain text otherwise (article records are data).
export function outsideLink(address) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    return document.createTextNode(address);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return document.createTextNode(address);
  }
  return element("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, address);
}
