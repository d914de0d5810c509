// On a narrow screen one pane shows at a time; on a wide one all do.
const names = ["phone", "slack", "clock"];
const wide = matchMedia("(min-width: 1080px)");
let shown = "phone";

export const paneShown = (name) => wide.matches || shown === name;

export function startTabs() {
  for (const name of names) {
    const tab = document.getElementById("tab-" + name);
    tab.addEventListener("click", () => showPane(name));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: names.length - 1 }[event.key];
      if (!step) return;
      const next = names[(names.indexOf(name) + step) % names.length];
      showPane(next);
      document.getElementById("tab-" + next).focus();
    });
  }
  wide.addEventListener("change", apply);
  apply();
}

export function showPane(name) {
  shown = name;
  apply();
}

function apply() {
  for (const name of names) {
    const on = shown === name;
    const tab = document.getElementById("tab-" + name);
    const pane = document.getElementById("pane-" + name);
    tab.setAttribute("aria-selected", on ? "true" : "false");
    tab.tabIndex = on ? 0 : -1;
    pane.hidden = !wide.matches && !on;
    if (wide.matches) pane.removeAttribute("role");
    else pane.setAttribute("role", "tabpanel");
  }
  document.dispatchEvent(new CustomEvent("pane"));
}

// newsAt marks a tab whose pane has something new out of sight.
export function newsAt(name, waiting) {
  const tab = document.getElementById("tab-" + name);
  tab.classList.toggle("news", waiting > 0 && !paneShown(name));
}
