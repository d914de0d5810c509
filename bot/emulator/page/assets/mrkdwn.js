// Turns Slack's mrkdwn, and addresses in plain texts, into nodes.
import { el } from "./dom.js";
import { world } from "./server.js";

const emoji = {
  warning: "⚠️", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", rotating_light: "🚨", bell: "🔔", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  memo: "📝", books: "📚", book: "📖", mortar_board: "🎓", tada: "🎉", bulb: "💡", eyes: "👀", lock: "🔒", hospital: "🏥", red_circle: "🔴", large_orange_circle: "🟠",
  large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵", white_circle: "⚪", thumbsup: "👍", "+1": "👍", star: "⭐", clock3: "🕒", arrow_up: "⬆️",
  arrow_right: "➡️", speech_balloon: "💬", pushpin: "📌", bar_chart: "📊", chart_with_upwards_trend: "📈", calendar: "📅", shield: "🛡️", raised_hands: "🙌", wave: "👋",
};

const tokens = /(```[\s\S]+?```|`[^`\n]+`|<[^>\n]+>|\*[^*\n]+\*|_[^_\n]+_|~[^~\n]+~|:[a-z0-9_+-]+:)/;

const plain = (s) => s.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

// mrkdwn renders formatted text.
export function mrkdwn(source) {
  const out = document.createDocumentFragment();
  source.split("\n").forEach((line, i, all) => {
    if (line.startsWith("&gt;") || line.startsWith("> ")) {
      out.append(el("blockquote", {}, inline(line.replace(/^(&gt;|>)\s?/, ""))));
      return;
    }
    out.append(inline(line));
    if (i < all.length - 1) out.append(el("br"));
  });
  return out;
}

function inline(source) {
  const out = document.createDocumentFragment();
  let before = "";
  for (const part of source.split(tokens)) {
    if (part) out.append(tokens.test(part) ? token(part, before) : linked(plain(part)));
    before = part || before;
  }
  return out;
}

const styles = { "*": "strong", _: "em", "~": "s" };

function token(part, before) {
  if (part.startsWith("```")) return el("pre", {}, plain(part.slice(3, -3)));
  if (part.startsWith("`")) return el("code", {}, plain(part.slice(1, -1)));
  if (part.startsWith("<")) return angle(part.slice(1, -1));
  if (part.startsWith(":")) return emojiOf(part.slice(1, -1)) || part;
  if (/\w$/.test(before)) return plain(part); // snake_case is no emphasis
  return el(styles[part[0]], {}, inline(part.slice(1, -1)));
}

export const emojiOf = (name) => emoji[name];

function angle(inside) {
  const [target, label] = inside.split("|");
  if (target.startsWith("@")) return el("span", { class: "mention" }, "@" + memberName(target.slice(1)));
  if (target.startsWith("#")) return el("span", { class: "mention" }, "#" + (label || target.slice(1)));
  if (target.startsWith("!date^")) return label || new Date(Number(target.split("^")[1]) * 1000).toLocaleString("en-GB");
  if (target.startsWith("!")) return el("span", { class: "mention" }, "@" + target.slice(1));
  return link(plain(target), plain(label || target));
}

export function memberName(id) {
  const user = world.state.users.find((u) => u.id === id);
  return user ? user.name : id;
}

function link(address, label) {
  if (!/^(https?:\/\/|mailto:)/.test(address)) return label;
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label);
}

// linked renders a plain text with its addresses made into links, as a phone does; the hospital's own come without https://.
export function linked(text) {
  const own = new URL(world.state.public_url);
  const host = own.host.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const out = document.createDocumentFragment();
  for (const part of text.split(new RegExp(`((?:https?://|${host}/)\\S*[^\\s.,;:!?)])`))) {
    if (part.startsWith(own.host + "/")) out.append(link(own.protocol + "//" + part, part));
    else out.append(/^https?:\/\//.test(part) ? link(part, part) : part);
  }
  return out;
}
