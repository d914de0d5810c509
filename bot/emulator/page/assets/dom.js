// Small help for building the page. Text always goes in as text, never as HTML.

// el makes an element: attributes by name, "class", and on… for events; children are nodes, texts, or nothing.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && (name === "value" || name === "checked" || name === "disabled" || name === "hidden")) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  add(node, children);
  return node;
}

function add(node, children) {
  for (const child of children.flat(9)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    node.append(child);
  }
}

// keyed makes the children of a parent equal to a list of [key, make], making anew only what has another key.
export function keyed(parent, items) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const [key, make] of items) {
    let node = old.get(key);
    if (node) old.delete(key);
    else {
      node = make();
      node.dataset.key = key;
    }
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const node of old.values()) node.remove();
}

// initials of a name, for a face.
export function initials(name) {
  const words = name.replace(/^(dr|prof)\.?\s+/i, "").split(/\s+/).filter(Boolean);
  return ((words[0] || "?")[0] + (words.length > 1 ? words[words.length - 1][0] : "")).toUpperCase();
}

// hue picks one of eight colours for a name, always the same.
export function hue(name) {
  let sum = 0;
  for (const c of name) sum = (sum * 31 + c.codePointAt(0)) % 997;
  return "hue" + (sum % 8);
}

export function face(name, extra = "") {
  return el("span", { class: `face ${hue(name)} ${extra}`, "aria-hidden": "true" }, initials(name));
}

let formats;

// setZone makes every time on the page the hospital's.
export function setZone(zone) {
  const timeZone = zone || undefined;
  formats = {
    time: new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone }),
    day: new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone }),
    long: new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone }),
  };
}
setZone();

// clockTime is 14:05, dayName Tue 4 Mar, longDay Tuesday 4 March.
export const clockTime = (date) => formats.time.format(date);
export const dayName = (date) => formats.day.format(date).replace(",", "");
export const longDay = (date) => formats.long.format(date).replace(",", "");

// atBottom keeps a scrolled list at its end when it was there before the change.
export function atBottom(list, change) {
  const there = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  change();
  if (there) list.scrollTop = list.scrollHeight;
}
