// Draws Block Kit: the blocks of a message, a modal or a Home tab.
import { el } from "./dom.js";
import { mrkdwn, emojiOf, memberName } from "./mrkdwn.js";
import { element } from "./elements.js";

// textOf draws a text object.
export function textOf(t) {
  if (!t) return "";
  if (typeof t === "string") return t;
  return t.type === "mrkdwn" ? mrkdwn(t.text) : withEmoji(t.text);
}

// rawOf is a text object as it was sent: what the emulator knows a choice by.
export const rawOf = (t) => (t && (t.text ?? t)) || "";

// wordsOf is a text object as bare words.
export const wordsOf = (t) => withEmoji(rawOf(t));

const withEmoji = (s) => s.replace(/:([a-z0-9_+-]+):/g, (all, name) => emojiOf(name) || all);

// drawBlocks returns the nodes of a list of blocks. use = {act(kind, block, element, values), value(block, element), form} is what its
// controls do and what they show.
export function drawBlocks(blocks, use) {
  return (blocks || []).map((block) => (draw[block.type] || unknown)(block, use));
}

const draw = {
  header: (b) => el("h3", { class: "b-header" }, textOf(b.text)),
  divider: () => el("hr"),
  section: (b, use) => el("div", { class: "b-section" },
    el("div", { class: "b-text" },
      b.text && el("p", {}, textOf(b.text)),
      b.fields && el("div", { class: "b-fields" }, b.fields.map((f) => el("p", {}, textOf(f))))),
    b.accessory && el("div", { class: "b-accessory" }, element(b, b.accessory, use, wordsOf(b.text)))),
  context: (b) => el("p", { class: "b-context" }, b.elements.map((e) => e.type === "image" ? picture(e, "b-tiny") : el("span", {}, textOf(e)))),
  actions: (b, use) => el("div", { class: "b-actions" }, b.elements.map((e) => element(b, e, use, ""))),
  context_actions: (b, use) => draw.actions(b, use),
  image: (b) => el("figure", { class: "b-image" }, picture(b, ""), b.title && el("figcaption", {}, textOf(b.title))),
  input: (b, use) => input(b, use),
  rich_text: (b) => el("div", { class: "b-rich" }, b.elements.map(rich)),
  markdown: (b) => el("div", { class: "b-text" }, mrkdwn(b.text.replaceAll("**", "*"))),
  alert: (b) => el("div", { class: "b-alert", role: "note" }, textOf(b.text)),
  table: (b) => table(b.rows),
  data_visualization: (b) => el("figure", { class: "b-image" }, el("figcaption", {}, textOf(b.title) || b.alt_text), series(b)),
  container: (b, use) => el("div", { class: "b-container" }, drawBlocks(b.child_blocks, use)),
};

const unknown = (b) => el("p", { class: "b-context" }, `(a ${b.type} block)`);

// picture draws an image, or its words where the address is none that this page may load.
function picture(e, extra) {
  const here = e.image_url && (e.image_url.startsWith("data:image/") || new URL(e.image_url, location.href).origin === location.origin);
  return here ? el("img", { src: e.image_url, alt: e.alt_text || "", class: extra }) : el("span", { class: "b-alt" }, "🖼 " + (e.alt_text || "picture"));
}

// input is a labelled control of a form, with its hint and problem.
function input(b, use) {
  const label = wordsOf(b.label);
  const id = `in-${b.block_id}-${b.element.action_id}`;
  const problem = use.problem ? use.problem(rawOf(b.label)) : "";
  const group = ["radio_buttons", "checkboxes", "multi_static_select", "multi_users_select"].includes(b.element.type);
  const words = [label, b.optional && el("span", { class: "quiet" }, " (optional)")];
  const notes = [b.hint && `${id}-hint`, problem && `${id}-bad`].filter(Boolean).join(" ");
  const control = element(b, b.element, use, label, { id, describedby: notes || undefined, required: !b.optional, invalid: Boolean(problem) });
  return el(group ? "fieldset" : "div", { class: "b-input" + (problem ? " bad" : ""), "aria-describedby": group && notes ? notes : undefined },
    group ? el("legend", {}, words) : el("label", { for: id }, words),
    control,
    b.hint && el("p", { class: "b-hint", id: `${id}-hint` }, wordsOf(b.hint)),
    problem && el("p", { class: "b-problem", id: `${id}-bad`, role: "alert" }, problem));
}

function rich(part) {
  const inside = (part.elements || []).map(richLeaf);
  switch (part.type) {
    case "rich_text_list":
      return el(part.style === "ordered" ? "ol" : "ul", {}, (part.elements || []).map((e) => el("li", {}, (e.elements || []).map(richLeaf))));
    case "rich_text_quote":
      return el("blockquote", {}, inside);
    case "rich_text_preformatted":
      return el("pre", {}, inside);
    default:
      return el("p", {}, inside);
  }
}

function richLeaf(e) {
  if (e.type === "user") return el("span", { class: "mention" }, "@" + memberName(e.user_id));
  if (e.type === "emoji") return emojiOf(e.name) || `:${e.name}:`;
  if (e.type === "link") return /^https?:/.test(e.url) ? el("a", { href: e.url, target: "_blank", rel: "noopener noreferrer" }, e.text || e.url) : e.text || e.url;
  let node = e.text || "";
  for (const [style, tag] of [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["code", "code"]]) {
    if (e.style && e.style[style]) node = el(tag, {}, node);
  }
  return node;
}

const cell = (c) => c.elements ? c.elements.map(rich) : textOf(c);

function table(rows) {
  const [head, ...body] = rows;
  return el("div", { class: "b-table", tabindex: "0", role: "group", "aria-label": "Table" }, el("table", {},
    el("thead", {}, el("tr", {}, head.map((c) => el("th", { scope: "col" }, cell(c))))),
    el("tbody", {}, body.map((row) => el("tr", {}, row.map((c) => el("td", {}, cell(c))))))));
}

// series draws a chart's figures as a table: nothing of it needs sight.
function series(b) {
  const chart = b.chart || {};
  const points = (chart.series || []).flatMap((s) => (s.data || []).map((p) => [s.name || "", p.label ?? "", p.value ?? ""]));
  const slices = (chart.segments || []).map((p) => ["", p.label ?? "", p.value ?? ""]);
  const rows = [...points, ...slices];
  if (!rows.length) return el("span", { class: "b-alt" }, b.alt_text || "chart");
  return el("table", {}, rows.map((row) => el("tr", {}, row.filter((c) => c !== "").map((c) => el("td", {}, String(c))))));
}
