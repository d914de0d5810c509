// The Slack workspace as one member sees it: conversations, the app's Home tab, the line to type in.
import { atBottom, clockTime, dayName, el, face, keyed } from "./dom.js";
import { drawBlocks } from "./blocks.js";
import { drawFaces, Unread } from "./faces.js";
import { mrkdwn } from "./mrkdwn.js";
import { drawModal } from "./modal.js";
import { act, onChange, world } from "./server.js";
import { newsAt, paneShown } from "./tabs.js";

let viewer = "";
let place = "messages"; // messages, home, or a channel's id
const unread = new Unread();
const parts = {};

export function startSlack() {
  build();
  onChange(draw);
  document.addEventListener("pane", () => world.state && draw(world.state));
}

// look views Slack as a member, in the conversation with the app.
export function look(user) {
  viewer = user;
  place = "messages";
  draw(world.state);
}

function build() {
  parts.side = el("nav", { class: "ws-side", "aria-label": "Conversations" });
  parts.title = el("h2", { class: "ws-title" });
  parts.list = el("ol", { class: "ws-list", role: "log", "aria-label": "Messages", tabindex: "0" });
  parts.home = el("div", { class: "ws-home", tabindex: "0", role: "region", "aria-label": "Home tab" });
  parts.line = el("input", { id: "slack-line", autocomplete: "off", placeholder: "Message, or /report" });
  parts.file = el("input", { id: "slack-file", type: "file", class: "sr", accept: ".md,.txt,.pdf,.docx", onchange: drop });
  parts.form = el("form", { class: "composer", onsubmit: send },
    el("label", { for: "slack-line", class: "sr" }, "Message or slash command"), parts.line,
    parts.file, el("label", { for: "slack-file", class: "attach" }, "Attach a file"), el("button", { type: "submit", class: "primary" }, "Send message"));
  parts.modal = el("div", { class: "ws-modal" });
  document.getElementById("slack").append(el("div", { class: "workspace" },
    parts.side, el("div", { class: "ws-main" }, parts.title, parts.list, parts.home, parts.form), parts.modal));
}

const userOf = (id) => world.state.users.find((u) => u.id === id);

async function send(event) {
  event.preventDefault();
  const text = parts.line.value.trim();
  if (!text) return;
  parts.line.value = "";
  const command = text.match(/^(\/\w+)\s*([\s\S]*)$/);
  if (command) await act("slash", { user: viewer, action: command[1], text: command[2] });
  else if (place === "messages" || place === "home") await act("dm", { user: viewer, text });
  else await act("say", { user: viewer, channel: place, text });
}

// drop sends a file to the app, with what stands in the line as its comment.
async function drop() {
  const [file] = parts.file.files;
  if (!file) return;
  const text = parts.line.value.trim();
  parts.line.value = "";
  const bytes = new Uint8Array(await file.arrayBuffer());
  let raw = "";
  for (let i = 0; i < bytes.length; i += 0x8000) raw += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  parts.file.value = "";
  await act("drop", { user: viewer, text, name: file.name, kind: file.type, data: btoa(raw) });
}

const visible = (messages, user) => messages.filter((m) => !m.ephemeral || m.ephemeral === user);

function dmOf(state, user) {
  return state.channels.find((c) => c.id === user.dm) || { id: user.dm, messages: [] };
}

function draw(state) {
  const people = state.people.filter((p) => p.slack).map((p) => ({ id: p.slack, name: p.name, role: p.role, pinned: p.pin_slack }));
  if (!userOf(viewer)) viewer = (state.people.find((p) => p.part === "manager" && p.slack) || people.find((p) => p.pinned))?.slack || people[0]?.id || "";
  const me = userOf(viewer);
  if (!me) return;
  const seeing = paneShown("slack") && place !== "home" ? viewer : "";
  unread.take(new Map(state.users.map((u) => [u.id, visible(dmOf(state, u).messages, u.id).filter((m) => m.user === state.bot).length])), seeing);
  drawFaces(document.getElementById("slack-faces"), {
    people, chosen: viewer, unread: (id) => unread.of(id), choose: (id) => { viewer = id; draw(world.state); }, label: "View Slack as", more: "View Slack as somebody else",
  });
  newsAt("slack", people.reduce((sum, p) => sum + unread.of(p.id), 0));
  drawSide(state);
  drawPlace(state, me);
  drawModal(parts.modal, me);
}

function drawSide(state) {
  const channels = state.channels.filter((c) => !c.dm && !c.archived && c.name && c.members.includes(viewer));
  const row = (id, mark, words, open) => [id + (place === id) + words, () => el("button", {
    type: "button", class: "ws-row" + (place === id ? " on" : ""), "aria-current": place === id ? "page" : undefined, onclick: open,
  }, el("span", { "aria-hidden": "true" }, mark), el("span", {}, words))];
  const go = (id) => () => { place = id; draw(world.state); };
  keyed(parts.side, [
    ["team" + state.team, () => el("p", { class: "ws-team" }, state.team)],
    ["app", () => el("p", { class: "ws-label" }, "goodcatch")],
    row("home", "⌂", "Home", () => { go("home")(); act("home", { user: viewer }); }),
    row("messages", "✉", "Messages", go("messages")),
    ...(channels.length ? [["label", () => el("p", { class: "ws-label" }, "Channels")]] : []),
    ...channels.map((c) => row(c.id, "#", c.name, go(c.id))),
  ]);
}

function drawPlace(state, me) {
  const channel = place === "messages" || place === "home" ? dmOf(state, me) : state.channels.find((c) => c.id === place);
  parts.title.textContent = place === "home" ? "goodcatch · Home" : place === "messages" ? "goodcatch" : "#" + channel.name;
  parts.list.hidden = place === "home";
  parts.home.hidden = place !== "home";
  parts.line.placeholder = place === "messages" || place === "home" ? "Message, or /report" : `Message #${channel.name}`;
  if (place === "home") {
    drawHome(me);
    return;
  }
  const here = viewer + channel.id;
  const change = () => keyed(parts.list, rows(state, channel, me));
  if (parts.list.dataset.here === here) atBottom(parts.list, change);
  else {
    change();
    parts.list.dataset.here = here;
    parts.list.scrollTop = parts.list.scrollHeight;
  }
}

function drawHome(me) {
  const view = me.home;
  keyed(parts.home, [view
    ? [view.id + view.hash, () => el("div", { class: "ws-home-view" }, drawBlocks(view.blocks, useOf({ view: view.id }, view.state)))]
    : ["none", () => el("p", { class: "thread-empty" }, "Nothing on the Home tab yet.")]]);
}

function rows(state, channel, me) {
  const messages = visible(channel.messages, me.id);
  if (!messages.length) return [["empty", () => el("li", { class: "thread-empty" }, "This is where goodcatch writes to you. You can report here too.")]];
  let day = "";
  const out = [];
  for (const m of messages) {
    const at = new Date(m.at);
    if (dayName(at) !== day) {
      day = dayName(at);
      out.push(["day" + day, () => el("li", { class: "ws-day" }, dayName(at))]);
    }
    out.push([viewer + channel.id + m.ts + JSON.stringify([m.text, m.blocks, m.edited, m.files]), () => message(state, channel, m, at)]);
  }
  return out;
}

function message(state, channel, m, at) {
  const bot = m.user === state.bot;
  const name = bot ? "goodcatch" : userOf(m.user)?.name || m.user;
  const body = m.blocks && m.blocks.length ? drawBlocks(m.blocks, useOf({ channel: channel.id, ts: m.ts })) : el("p", {}, mrkdwn(m.text));
  return el("li", { class: "msg" + (m.ephemeral ? " only" : "") },
    bot ? el("img", { class: "face", src: "/demo/assets/icon.svg", alt: "" }) : face(name),
    el("div", { class: "msg-body" },
      m.ephemeral && el("p", { class: "msg-only" }, "Only visible to you"),
      el("p", { class: "msg-head" }, el("strong", {}, name), bot && el("span", { class: "app" }, "APP"), el("time", {}, clockTime(at)), m.edited && el("span", { class: "quiet" }, "(edited)")),
      m.files && el("p", { class: "quiet" }, "📎 A file"), body));
}

// useOf is what the controls on a message or Home tab do: each tells the product at once.
function useOf(surface, values) {
  const viewing = viewer;
  return {
    act: (kind, block, e, list) => act(kind, { user: viewing, ...surface, block: block.block_id, action: e.action_id, values: list }),
    value: (block, e) => valuesOf((values || {})[block.block_id]?.[e.action_id]),
  };
}

// valuesOf reads what a control holds out of Slack's state values, as visible words.
export function valuesOf(held) {
  if (!held) return undefined;
  const words = (o) => o?.text?.text ?? o;
  for (const field of ["selected_options", "selected_users"]) if (held[field]) return held[field].map(words);
  for (const field of ["selected_option", "value", "selected_date", "selected_time", "selected_user", "selected_conversation", "selected_channel"]) {
    if (held[field] !== undefined && held[field] !== null) return [words(held[field])];
  }
  return undefined;
}
