// Draws the controls inside blocks: buttons, menus, choices, inputs.
import { el } from "./dom.js";
import { ask, world } from "./server.js";
import { rawOf, textOf, wordsOf } from "./blocks.js";

const textInputs = { plain_text_input: "text", number_input: "number", email_text_input: "email", url_text_input: "url", datepicker: "date", timepicker: "time" };

// element draws one control. a holds what its label gives it: {id, describedby, required, invalid}; without one it is named by its words.
export function element(block, e, use, words, a = {}) {
  const aria = {
    id: a.id, "aria-describedby": a.describedby, "aria-required": a.required ? "true" : undefined, "aria-invalid": a.invalid ? "true" : undefined,
    "aria-label": a.id ? undefined : wordsOf(e.placeholder) || words || undefined,
  };
  const values = use.value ? use.value(block, e) : undefined;
  const changed = (...list) => use.act("fill", block, e, list);
  if (e.type === "button" || e.type === "workflow_button") return button(block, e, use);
  if (e.type in textInputs) return typed(e, aria, values, changed, use);
  switch (e.type) {
    case "static_select": case "users_select":
      return select(e, aria, values, changed);
    case "overflow":
      return overflow(e, changed);
    case "radio_buttons": case "checkboxes": case "multi_static_select": case "multi_users_select":
      return choices(block, e, values, changed, a);
    case "external_select": case "multi_external_select":
      return searched(block, e, aria, values, changed, use);
    case "image":
      return el("span", { class: "b-alt" }, "🖼 " + (e.alt_text || "picture"));
    default:
      return el("span", { class: "b-alt" }, `(a ${e.type})`);
  }
}

function button(block, e, use) {
  const words = wordsOf(e.text);
  const style = e.style === "primary" ? "primary" : e.style === "danger" ? "danger" : "";
  const press = async (event) => {
    if (e.confirm && !await ask({ title: wordsOf(e.confirm.title), text: wordsOf(e.confirm.text), yes: wordsOf(e.confirm.confirm), no: wordsOf(e.confirm.deny) })) return;
    const node = event.currentTarget || event.target;
    node.setAttribute("aria-busy", "true");
    if (e.url) window.open(e.url, "_blank", "noopener");
    await use.act("press", block, e, []);
    node.removeAttribute("aria-busy");
  };
  return el("button", { type: "button", class: "b-button " + style, "aria-label": e.accessibility_label, onclick: press }, words);
}

function typed(e, aria, values, changed, use) {
  const common = {
    ...aria, placeholder: wordsOf(e.placeholder) || undefined, maxlength: e.max_length, minlength: e.min_length, value: (values || [""])[0] || "",
    oninput: (event) => use.draft && use.draft(event.target), onchange: (event) => changed(event.target.value), "data-typed": "true",
  };
  if (e.multiline) return el("textarea", { ...common, rows: "4" });
  return el("input", { ...common, type: textInputs[e.type], autocomplete: "off" });
}

function offered(e) {
  if (e.type.includes("users_select")) return [["", world.state.users.map((u) => u.name)]];
  const groups = (e.option_groups || []).map((g) => [wordsOf(g.label), g.options.map((o) => rawOf(o.text))]);
  return [["", (e.options || []).map((o) => rawOf(o.text))], ...groups];
}

function select(e, aria, values, changed) {
  const chosen = values || [];
  const option = (raw) => el("option", { value: raw, selected: chosen.includes(raw) }, wordsOf(raw));
  const groups = offered(e).map(([label, words]) => label ? el("optgroup", { label }, words.map(option)) : words.map(option));
  const node = el("select", {
    ...aria, onchange: (event) => event.target.value && changed(event.target.value),
  }, el("option", { value: "" }, wordsOf(e.placeholder) || "Choose"), groups);
  node.value = chosen[0] || "";
  return node;
}

// searched is a menu whose choices the product is asked for as somebody types; several are separated by semicolons.
function searched(block, e, aria, values, changed, use) {
  const several = e.type.startsWith("multi_");
  const initial = several ? (e.initial_options || []).map((o) => rawOf(o.text)) : e.initial_option ? [rawOf(e.initial_option.text)] : [];
  const found = el("datalist", { id: `found-${block.block_id}-${e.action_id}` });
  const kept = (text) => several ? text.split(";").slice(0, -1).map((w) => w.trim()) : [];
  let asked = 0;
  const look = async (event) => {
    const turn = ++asked;
    const before = kept(event.target.value);
    const typed = several ? event.target.value.split(";").pop().trim() : event.target.value;
    const words = use.suggest ? await use.suggest(block, e, typed) : [];
    if (turn === asked) found.replaceChildren(...words.map((w) => el("option", { value: [...before, w].join("; ") })));
  };
  const told = (event) => changed(...(several ? event.target.value.split(";").map((w) => w.trim()).filter(Boolean) : [event.target.value]));
  return el("span", {}, el("input", {
    ...aria, type: "text", "data-external": "true", list: found.id, autocomplete: "off", placeholder: wordsOf(e.placeholder) || "Type to search",
    value: (values || initial).join("; "), onfocus: look, oninput: look, onchange: (event) => event.target.value && told(event),
  }), found);
}

function overflow(e, changed) {
  return el("select", { "aria-label": "More actions", class: "b-overflow", onchange: (event) => { changed(event.target.value); event.target.value = ""; } },
    el("option", { value: "" }, "More…"), e.options.map((o) => el("option", { value: rawOf(o.text) }, wordsOf(o.text))));
}

// choices draws radio buttons or tick boxes; a menu of several choices becomes tick boxes in columns.
function choices(block, e, values, changed, a) {
  const one = e.type === "radio_buttons";
  const name = `${a.id || "c"}-${block.block_id}-${e.action_id}`;
  const menu = e.type.startsWith("multi_");
  const box = el("div", { class: "b-choices" + (menu ? " columns" : "") });
  const tell = () => {
    const picked = [...box.querySelectorAll("input:checked")].map((i) => i.value);
    if (!one || picked.length) changed(...picked);
  };
  for (const o of menu ? offered(e).flatMap(([, words]) => words).map((text) => ({ text })) : e.options) {
    const words = rawOf(o.text);
    box.append(el("label", {},
      el("input", { type: one ? "radio" : "checkbox", name, value: words, checked: (values || []).includes(words), onchange: tell }),
      el("span", {}, menu ? wordsOf(words) : textOf(o.text), o.description && el("small", {}, textOf(o.description)))));
  }
  return box;
}
