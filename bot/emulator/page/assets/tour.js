// Three things to try, each with a button that brings you there; done ones are ticked off.
import { el } from "./dom.js";
import { onChange, world } from "./server.js";
import { hold } from "./phones.js";
import { look } from "./slack.js";
import { showPane } from "./tabs.js";

const example = "NM wrong strength heparin in drawer B";
const done = new Set();
let closed = false;

const person = (part) => world.state.people.find((p) => p.part === part);
const first = (part) => (person(part)?.name || "the " + part).split(" ")[0];

const steps = [
  {
    id: "report", title: () => `Text a near miss as ${first("reporter")}`, note: () => "One text is a whole report: saved, numbered, answered.", go: "Write the text",
    run: () => { showPane("phone"); hold(person("reporter").phone, example); document.getElementById("phone-line").focus(); },
    made: (action, order) => action === "text" && /^\s*(nm|inc|risk|good)\b/i.test(order.text),
  },
  {
    id: "own", title: () => `Acknowledge it as ${first("manager")}`, note: () => "One press in Slack. Until then it climbs the ladder.", go: "Open the card",
    run: () => { showPane("slack"); look(person("manager").slack); },
    made: (action, order, words) => action === "press" && /acknowledge/i.test(words),
  },
  {
    id: "close", title: () => "Close it with a lesson", note: () => `${first("reporter")} reads on the phone what changed.`, go: "Open the report",
    run: () => { showPane("slack"); look(person("manager").slack); },
    made: (action, order, words) => action === "submit" && /close/i.test(words),
  },
];

export function startTour() {
  let drawn = false;
  onChange(() => {
    if (!drawn) draw();
    drawn = true;
  });
  let words = "";
  document.addEventListener("click", (event) => { words = event.target.closest?.("button")?.textContent || words; }, true);
  document.addEventListener("done", (event) => {
    const { action, order, problem } = event.detail;
    if (problem) return;
    for (const step of steps) if (step.made(action, order, words + " " + (order.text || ""))) done.add(step.id);
    draw();
  });
}

function draw() {
  const box = document.getElementById("tour");
  box.hidden = closed || !person("reporter") || !person("manager");
  if (box.hidden) return;
  const next = steps.find((s) => !done.has(s.id));
  if (!next) {
    box.replaceChildren(el("p", { class: "after" }, el("strong", {}, "That was the main job. "),
      "Now step the clock until a report that nobody owns climbs the ladder, or break something and see that nothing is lost."), hide());
    return;
  }
  box.replaceChildren(
    el("ol", {}, steps.map((s, i) => el("li", { class: (done.has(s.id) ? "done" : "") + (s === next ? " next-step" : "") },
      el("span", { class: "num", "aria-hidden": "true" }, done.has(s.id) ? "✓" : String(i + 1)),
      el("div", {}, el("strong", {}, s.title(), done.has(s.id) && el("span", { class: "sr" }, " (done)")), el("p", {}, s.note())),
      el("button", { type: "button", class: s === next ? "primary" : "", onclick: s.run }, s.go)))),
    hide());
}

const hide = () => el("button", { type: "button", class: "plain tour-close", "aria-label": "Hide the suggestions", onclick: () => { closed = true; draw(); } }, "✕");
