// Talks to the demo's server: reads the state, follows the feed, does actions.

import { setZone } from "./dom.js";

const listeners = [];
let reading = false;
let again = false;

export const world = { state: null, skew: 0 };

// onChange calls f with the state, now and whenever it changes.
export function onChange(f) {
  listeners.push(f);
  if (world.state) f(world.state);
}

// refresh reads the state; calls that come while one is under way are answered by one more reading.
export async function refresh() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    do {
      again = false;
      const answer = await fetch("/demo/state");
      if (!answer.ok) throw new Error("state");
      take(await answer.json());
    } while (again);
  } catch {
    toast("The demo does not answer. Is it still running?", true);
  } finally {
    reading = false;
  }
}

function take(state) {
  if (world.state?.zone !== state.zone) setZone(state.zone);
  world.state = state;
  setClock(state.clock);
  tell();
}

function setClock(clock) {
  world.skew = new Date(clock.now).getTime() - Date.now();
}

export function tell() {
  for (const f of listeners) f(world.state);
}

// now is the hospital's time.
export const now = () => new Date(Date.now() + world.skew);

// follow listens to the feed for ever; the browser itself connects again.
export function follow() {
  const feed = new EventSource("/demo/feed");
  feed.addEventListener("change", refresh);
  feed.addEventListener("clock", (event) => {
    if (!world.state) return;
    world.state.clock = JSON.parse(event.data);
    setClock(world.state.clock);
    tell();
  });
  let broken = false;
  feed.addEventListener("open", () => {
    if (broken) refresh();
    broken = false;
  });
  feed.addEventListener("error", () => { broken = true; });
}

// act does something and tells whether it went well; a problem is shown.
export async function act(action, order) {
  let problem = "";
  try {
    const answer = await fetch("/demo/do/" + action, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(order),
    });
    problem = (await answer.json()).problem;
  } catch {
    problem = "The demo does not answer. Is it still running?";
  }
  if (problem) toast(problem, true);
  await refresh();
  document.dispatchEvent(new CustomEvent("done", { detail: { action, order, problem } }));
  return !problem;
}

// suggest asks what a menu has for the typed words; a problem is no choice.
export async function suggest(order) {
  try {
    const answer = await fetch("/demo/suggest", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(order),
    });
    return (await answer.json()).words || [];
  } catch {
    return [];
  }
}

let fading = 0;

// toast shows a short message at the foot of the page.
export function toast(text, bad = false) {
  const box = document.getElementById("toast");
  box.textContent = text;
  box.className = "toast shown" + (bad ? " bad" : "");
  clearTimeout(fading);
  fading = setTimeout(() => { box.className = "toast"; }, 6000);
}

// ask puts a yes-or-no question in a dialog.
export function ask({ title, text, yes, no }) {
  const box = document.getElementById("confirm");
  const make = (tag, words, value) => {
    const node = document.createElement(tag);
    node.textContent = words;
    if (value) node.addEventListener("click", () => box.close(value));
    return node;
  };
  box.replaceChildren(make("h2", title), make("p", text), make("button", no || "Cancel", "no"), make("button", yes || "Yes", "yes"));
  box.lastChild.className = "primary";
  return new Promise((resolve) => {
    box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true });
    box.returnValue = "";
    box.showModal();
  });
}
