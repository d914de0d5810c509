// Finds things by the words a person sees. Used inside one function in the page.
const inView = (node) => {
  if (!node || !node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  const box = node.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
};
// words are what stands on a node, without what is decoration only.
const words = (node) => {
  const copy = node.cloneNode(true);
  for (const hidden of copy.querySelectorAll("[aria-hidden=true], .badge")) hidden.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
};
const named = (node, name) => words(node) === name || node.getAttribute("aria-label") === name || words(node).replace(" (optional)", "") === name;
const last = (list) => list[list.length - 1];
const button = (name) => {
  const all = [...document.querySelectorAll("button, [role=tab], summary, a")].filter((n) => inView(n) && !n.disabled);
  return last(all.filter((n) => named(n, name))) || last(all.filter((n) => (n.getAttribute("aria-label") || "").startsWith(name) || words(n).startsWith(name)));
};
const field = (name) => {
  const labelled = [...document.querySelectorAll("label")].filter((n) => named(n, name)).map((n) => n.control);
  const own = [...document.querySelectorAll("input, textarea, select")].filter((n) => n.getAttribute("aria-label") === name);
  return last([...labelled, ...own].filter((n) => inView(n)));
};
const choice = (name) => last([...document.querySelectorAll("label")].filter((n) => n.control && ["radio", "checkbox"].includes(n.control.type) && inView(n) && words(n).startsWith(name)));
// place is where to click: the middle of the node, when nothing lies over it.
const place = (node) => {
  if (!node) return false;
  node.scrollIntoView({ block: "center", inline: "center" });
  const box = node.getBoundingClientRect();
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  const top = document.elementFromPoint(x, y);
  return top && (node.contains(top) || top.contains(node)) ? [x, y] : false;
};
const pick = (node, option) => {
  const found = node && [...node.options].find((o) => o.textContent.trim() === option);
  if (!found) return false;
  node.focus();
  found.selected = true;
  node.dispatchEvent(new Event("input", { bubbles: true }));
  node.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};
const faults = () => {
  const out = [];
  for (const n of document.querySelectorAll("button, input, textarea, select, a")) {
    if (!inView(n)) continue;
    const name = n.getAttribute("aria-label") || words(n.labels?.[0] || n) || n.getAttribute("placeholder") || "";
    if (!name || (n.matches("input, textarea, select") && !n.labels?.length && !n.getAttribute("aria-label"))) out.push("no label: " + n.outerHTML.slice(0, 120));
  }
  for (const n of document.querySelectorAll("img")) if (!n.hasAttribute("alt")) out.push("no alt: " + n.src);
  if (document.documentElement.scrollWidth > innerWidth + 1) out.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${innerWidth}`);
  const ids = [...document.querySelectorAll("[id]")].map((n) => n.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) out.push("id twice: " + id);
  return out;
};
