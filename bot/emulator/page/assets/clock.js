// The clock panel and the panel that breaks things.
import { clockTime, dayName, el, keyed, longDay } from "./dom.js";
import { act, now, onChange, toast } from "./server.js";

const parts = {};

export function startClock() {
  build();
  onChange(draw);
  setInterval(tick, 1000);
}

function build() {
  const button = (words, style, run) => el("button", { type: "button", class: style, onclick: (event) => busy(event.currentTarget, run) }, words);
  parts.time = el("time", { class: "big-time" });
  parts.day = el("p", { class: "big-day" });
  parts.next = el("div", { class: "next" });
  parts.step = button("Step to the next due thing", "primary wide", () => act("step", {}));
  document.getElementById("clock").append(
    el("h2", {}, "Clock"), parts.time, parts.day, parts.next, parts.step,
    el("div", { class: "row" }, button("+1 hour", "", () => act("advance", { minutes: 60 })), button("+1 day", "", () => act("advance", { minutes: 1440 }))),
    el("p", { class: "quiet small" }, "Reminders and escalations run by this clock. It only goes forward."));
  parts.breaks = el("div");
  parts.active = el("ul", { class: "faults", "aria-label": "Broken now" });
  document.getElementById("breaks").append(
    el("h2", {}, "Break things"), el("p", { class: "quiet small" }, "The providers misbehave as real ones do. No report is lost."), parts.active, parts.breaks,
    el("button", { type: "button", class: "wide", onclick: async () => { if (await act("heal", {})) toast("All is well again."); } }, "Make everything well again"));
}

async function busy(button, run) {
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
  await run();
  button.disabled = false;
  button.removeAttribute("aria-busy");
}

function tick() {
  parts.time.textContent = clockTime(now());
  parts.day.textContent = longDay(now());
  document.getElementById("now-day").textContent = dayName(now());
  document.getElementById("now-time").textContent = clockTime(now());
}

function draw(state) {
  tick();
  const next = state.clock.next;
  const key = next ? next.at + next.what : "none";
  keyed(parts.next, [[key, () => next
    ? el("p", {}, el("span", { class: "quiet" }, "Next: "), el("strong", {}, whenOf(new Date(next.at))), el("br"), next.what)
    : el("p", { class: "quiet" }, "Nothing waits.")]]);
  parts.step.disabled = !next && !parts.step.hasAttribute("aria-busy");
  keyed(parts.active, state.faults.map((f, i) => [i + f.kind + f.times, () => el("li", {}, `${f.provider || "any"} ${f.match || "calls"}: ${f.kind}${f.times ? ` × ${f.times}` : ""}`)]));
  keyed(parts.breaks, groups(state.breaks).map(([name, list]) => [name, () => el("div", { role: "group", "aria-label": name },
    el("h3", {}, name), list.map((b) => el("button", { type: "button", class: "break", onclick: () => act("break", { break: b.id }).then((ok) => ok && toast(`${b.label}. ${b.note}`)) },
      el("span", {}, b.label), el("small", {}, b.note))))]));
}

function whenOf(at) {
  return dayName(at) === dayName(now()) ? `today ${clockTime(at)}` : `${dayName(at)} ${clockTime(at)}`;
}

function groups(list) {
  const by = new Map();
  for (const b of list) by.set(b.group, [...(by.get(b.group) || []), b]);
  return [...by];
}
