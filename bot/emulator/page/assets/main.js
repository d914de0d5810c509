// Starts the page.
import { follow, onChange, refresh } from "./server.js";
import { startClock } from "./clock.js";
import { startPhones } from "./phones.js";
import { startSlack } from "./slack.js";
import { startTabs } from "./tabs.js";
import { startTour } from "./tour.js";

function startTheme() {
  const button = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = (on) => {
    document.documentElement.dataset.theme = on ? "dark" : "light";
    button.setAttribute("aria-pressed", on ? "true" : "false");
  };
  apply(dark.matches);
  dark.addEventListener("change", () => apply(dark.matches));
  button.addEventListener("click", () => apply(document.documentElement.dataset.theme !== "dark"));
}

startTheme();
startTabs();
startPhones();
startSlack();
startClock();
startTour();
onChange((state) => {
  document.getElementById("place").textContent = state.hospital;
  document.body.dataset.ready = "true";
});
await refresh();
follow();
