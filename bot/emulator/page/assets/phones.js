// The phones: whose is held, its texts, its calls, and the line to type in.
import { atBottom, clockTime, dayName, el, keyed } from "./dom.js";
import { drawFaces, Unread } from "./faces.js";
import { linked } from "./mrkdwn.js";
import { act, now, onChange, world } from "./server.js";
import { paneShown } from "./tabs.js";

let chosen = "";
const unread = new Unread();
const parts = {};

const inbound = (m) => m.direction === "inbound";

export function startPhones() {
  build();
  onChange(draw);
  document.addEventListener("pane", () => world.state && draw(world.state));
}

// hold takes a phone in hand, and may put words into its line.
export function hold(number, words) {
  chosen = number;
  if (words !== undefined) parts.line.value = words;
  draw(world.state);
}

function build() {
  parts.time = el("time", { class: "phone-time" });
  parts.name = el("h2", { class: "phone-name" });
  parts.note = el("p", { class: "phone-note" });
  parts.thread = el("ol", { class: "thread", role: "log", "aria-label": "Text messages", tabindex: "0" });
  parts.calls = el("div", { class: "calls" });
  parts.line = el("textarea", { rows: "1", id: "phone-line", placeholder: "Text message", onkeydown: enterSends, oninput: count });
  parts.count = el("span", { class: "phone-count", "aria-live": "off" });
  parts.send = el("button", { type: "submit", class: "primary" }, "Send text");
  parts.form = el("form", { class: "composer", onsubmit: send },
    el("label", { for: "phone-line", class: "sr" }, "Text message"), parts.line, parts.count, parts.send);
  parts.stop = el("button", { type: "button", class: "linkish", onclick: () => act("text", { number: chosen, text: stopped() ? "START" : "STOP" }) });
  document.getElementById("phone").append(el("div", { class: "handset" },
    el("div", { class: "phone-bar" }, parts.time, el("span", { class: "notch", "aria-hidden": "true" }), el("span", { class: "bars", "aria-hidden": "true" }, el("i"), el("i"), el("i"))),
    el("div", { class: "phone-head" }, parts.name, parts.note),
    parts.calls, parts.thread, parts.form, el("div", { class: "phone-foot" }, parts.stop)));
}

const phoneOf = (number) => world.state.phones.find((p) => p.number === number);
const stopped = () => phoneOf(chosen)?.opted_out;

function enterSends(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  parts.form.requestSubmit();
}

function count() {
  parts.count.textContent = parts.line.value ? `${[...parts.line.value].length}/160` : "";
}

async function send(event) {
  event.preventDefault();
  const text = parts.line.value.trim();
  if (!text) return;
  parts.line.value = "";
  count();
  parts.line.focus();
  await act("text", { number: chosen, text });
}

function draw(state) {
  const people = state.people.filter((p) => p.phone).map((p) => ({ id: p.phone, name: p.name, role: p.role, pinned: p.pin_phone }));
  for (const p of state.phones) {
    if (!people.some((one) => one.id === p.number)) people.push({ id: p.number, name: p.label || "Unknown phone", role: p.number, pinned: false });
  }
  if (!phoneOf(chosen)) chosen = people[0]?.id || "";
  unread.take(new Map(state.phones.map((p) => [p.number, p.messages.filter((m) => !inbound(m)).length])), paneShown("phone") ? chosen : "");
  drawFaces(document.getElementById("phone-faces"), {
    people, chosen, unread: (id) => unread.of(id), choose: (id) => { chosen = id; draw(world.state); }, label: "Phone of", more: "Another phone",
  });
  const phone = phoneOf(chosen);
  if (phone) drawPhone(state, phone, people.find((p) => p.id === chosen));
}

function drawPhone(state, phone, person) {
  parts.time.textContent = clockTime(now());
  parts.name.textContent = person.name;
  parts.note.textContent = `${person.role} · ${phone.number}${phone.opted_out ? " · opted out" : ""}`;
  parts.stop.textContent = phone.opted_out ? "Allow messages again (START)" : "Opt this phone out (STOP)";
  parts.thread.setAttribute("aria-label", `Text messages of ${person.name}`);
  const fresh = parts.thread.dataset.number !== phone.number;
  const change = () => keyed(parts.thread, items(phone.messages, state.hospital));
  if (fresh) change();
  else atBottom(parts.thread, change);
  if (fresh) {
    parts.thread.dataset.number = phone.number;
    parts.thread.scrollTop = parts.thread.scrollHeight;
  }
  keyed(parts.calls, state.calls.filter((c) => c.to === phone.number && ["queued", "ringing", "in-progress"].includes(c.status))
    .map((c) => [c.sid + c.status + c.said.length, () => call(c)]));
}

function items(messages, hospital) {
  if (!messages.length) {
    return [["empty", () => el("li", { class: "thread-empty" }, `This phone talks with ${hospital}. Text what happened, or HELP.`)]];
  }
  let day = "";
  const out = [];
  for (const m of messages) {
    const at = new Date(m.at);
    if (dayName(at) !== day) {
      day = dayName(at);
      out.push(["day" + day, () => el("li", { class: "thread-day" }, dayName(at))]);
    }
    out.push([m.sid + m.status, () => bubble(m, at)]);
  }
  return out;
}

function bubble(m, at) {
  const mine = inbound(m);
  const bad = ["failed", "undelivered", "canceled"].includes(m.status);
  const state = bad ? ` · ${m.status}` : m.segments > 1 ? ` · ${m.segments} parts` : "";
  return el("li", { class: "bubble" + (mine ? " mine" : "") + (bad ? " bad" : "") },
    el("span", { class: "sr" }, mine ? "You wrote: " : "Hospital wrote: "),
    el("span", { class: "bubble-text" }, linked(m.body)), el("time", {}, clockTime(at) + state));
}

function call(c) {
  const press = (action) => () => act("call", { call: c.sid, action });
  if (c.status !== "in-progress") {
    return el("div", { class: "call ringing", role: "alert" }, el("strong", {}, "The hospital is calling"),
      el("div", {}, el("button", { type: "button", class: "primary", onclick: press("answer") }, "Answer"), el("button", { type: "button", onclick: press("ignore") }, "Let it ring")));
  }
  return el("div", { class: "call" }, el("strong", {}, "In a call"), c.said.map((line) => el("p", {}, `“${line}”`)),
    el("div", {}, ["1", "2", "9"].map((key) => el("button", { type: "button", onclick: press(key) }, `Press ${key}`)),
      el("button", { type: "button", class: "danger", onclick: press("hang_up") }, "Hang up")));
}
