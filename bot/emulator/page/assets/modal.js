// The modal on top of the workspace. What is typed stays in the browser until the form is sent.
import { el, keyed } from "./dom.js";
import { drawBlocks } from "./blocks.js";
import { act, suggest } from "./server.js";
import { valuesOf } from "./slack.js";

const drafts = new Map(); // by view: Map of "block action" to {block, action, values}

// drawModal shows the member's top modal in box, or nothing.
export function drawModal(box, me) {
  const view = me.modals[me.modals.length - 1];
  box.hidden = !view;
  if (!view) {
    drafts.clear();
    box.replaceChildren();
    return;
  }
  const key = view.id + view.hash + JSON.stringify(view.errors);
  if (box.firstElementChild?.dataset.key === key) return;
  const focused = box.contains(document.activeElement) ? document.activeElement.id : "";
  keyed(box, [[key, () => sheet(view, me)]]);
  const first = box.querySelector("[aria-invalid=true]") || (focused && document.getElementById(focused)) || box.querySelector("input, textarea, select") || box.querySelector("button");
  first?.focus();
}

function sheet(view, me) {
  const draft = drafts.get(view.id) || new Map();
  drafts.set(view.id, draft);
  const title = `modal-${view.id}`;
  const form = el("form", { class: "modal", role: "dialog", "aria-modal": "false", "aria-labelledby": title, novalidate: true, onkeydown: escapes(me) },
    el("header", {}, el("h2", { id: title }, view.title), el("button", { type: "button", class: "plain", "aria-label": "Close dialog", onclick: () => act("close", { user: me.id }) }, "✕")),
    el("div", { class: "modal-body" }, drawBlocks(view.blocks, useOf(view, me, draft))),
    el("footer", {},
      el("button", { type: "button", onclick: () => act("close", { user: me.id }) }, view.close || (view.submit ? "Cancel" : "Close")),
      view.submit && el("button", { type: "submit", class: "primary" }, view.submit)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.setAttribute("aria-busy", "true");
    await act("submit", { user: me.id, view: view.id, text: view.submit, fills: [...draft.values()] });
    button.removeAttribute("aria-busy");
  });
  return form;
}

const escapes = (me) => (event) => {
  if (event.key === "Escape") act("close", { user: me.id });
};

function useOf(view, me, draft) {
  const keyOf = (block, e) => `${block.block_id} ${e.action_id}`;
  return {
    value: (block, e) => draft.get(keyOf(block, e))?.values || valuesOf(view.state?.[block.block_id]?.[e.action_id]),
    suggest: (block, e, typed) => suggest({ user: me.id, view: view.id, block: block.block_id, action: e.action_id, text: typed }),
    problem: (label) => (view.errors || {})[label],
    act: (kind, block, e, values) => {
      const order = { user: me.id, view: view.id, block: block.block_id, action: e.action_id, values };
      if (kind === "press" || block.type !== "input") return act(kind, order);
      draft.set(keyOf(block, e), { block: block.block_id, action: e.action_id, values });
      return block.dispatch_action ? act("fill", order) : undefined;
    },
  };
}
