// The row of people to choose from, with what each has not seen yet; the rest stand in a list.
import { el, face } from "./dom.js";

// drawFaces fills box. people are {id, name, role, pinned}; unread(id) is a number.
export function drawFaces(box, { people, chosen, unread, choose, label, more }) {
  const current = people.find((p) => p.id === chosen);
  const shown = people.filter((p) => p.pinned);
  if (current && !current.pinned) shown.push(current);
  const rest = people.filter((p) => !shown.includes(p));
  const signature = JSON.stringify([shown.map((p) => [p.id, p.name, unread(p.id)]), chosen, rest.map((p) => [p.id, unread(p.id)])]);
  if (box.dataset.drawn === signature) return;
  box.dataset.drawn = signature;
  const focused = document.activeElement && box.contains(document.activeElement) ? document.activeElement.dataset.person : null;
  box.replaceChildren(
    ...shown.map((p) => one(p, p.id === chosen, unread(p.id), choose, label)),
    ...(rest.length ? [others(rest, unread, choose, more)] : []));
  if (focused) box.querySelector(`[data-person="${CSS.escape(focused)}"]`)?.focus();
}

function one(p, on, waiting, choose, label) {
  const news = waiting ? `, ${waiting} new` : "";
  return el("button", {
    type: "button", class: "who" + (on ? " on" : ""), "aria-pressed": on ? "true" : "false", "data-person": p.id,
    "aria-label": `${label} ${p.name}, ${p.role}${news}`, onclick: () => choose(p.id),
  }, face(p.name), el("span", { class: "who-name" }, p.name.split(" ")[0]), el("span", { class: "who-role" }, p.role),
  waiting > 0 && el("span", { class: "badge" }, String(waiting)));
}

function others(rest, unread, choose, more) {
  const total = rest.reduce((sum, p) => sum + unread(p.id), 0);
  return el("label", { class: "others" }, el("span", { class: "sr" }, more),
    el("select", { "aria-label": more, onchange: (event) => event.target.value && choose(event.target.value) },
      el("option", { value: "" }, total ? `Others (${total})` : "Others"),
      rest.map((p) => el("option", { value: p.id }, `${p.name}, ${p.role}${unread(p.id) ? ` (${unread(p.id)} new)` : ""}`))));
}

// An Unread counts what came in where nobody was looking. What stood there at the start counts as seen.
export class Unread {
  constructor() {
    this.seen = new Map();
  }

  // take notes how many items each place holds; looking is the place in view.
  take(counts, looking) {
    this.counts = counts;
    if (!this.started) for (const [id, n] of counts) this.seen.set(id, n);
    this.started = true;
    if (looking) this.seen.set(looking, counts.get(looking) || 0);
  }

  of(id) {
    return Math.max(0, (this.counts?.get(id) || 0) - (this.seen.get(id) || 0));
  }
}
