// Keeps a page equal to the world: waits until something has happened, asks for the same page
// again, and replaces the marked regions that differ. Focus and opened details stay.
"use strict";

const PAUSE_MILLISECONDS = 500;
let version = Number(document.body.dataset.version);

function isOpen(region) {
  return new Map([...region.querySelectorAll("details[id]")].map((each) => [each.id, each.open]));
}

function replace(region, fresh) {
  if (region.innerHTML === fresh.innerHTML) return;
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  const opened = isOpen(region);
  region.replaceChildren(...fresh.childNodes);
  for (const each of region.querySelectorAll("details[id]")) {
    if (opened.has(each.id)) each.open = opened.get(each.id);
  }
  if (focused) document.getElementById(focused)?.focus();
}

async function reload() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const region of document.querySelectorAll("[data-live]")) {
    const found = fresh.getElementById(region.id);
    if (found) replace(region, found);
  }
  say(fresh.getElementById("moving")?.textContent ?? "");
}

// A screen reader speaks what has changed here, and nothing else of what moves.
function say(text) {
  const status = document.getElementById("moving");
  if (status.textContent !== text) status.textContent = text;
}

async function watch() {
  for (;;) {
    const answer = await fetch(`/changes?since=${version}`);
    const now = (await answer.json()).version;
    if (now !== version) {
      version = now;
      await reload();
    }
    await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS));
  }
}

if (document.querySelector("[data-live]")) {
  watch().catch(() => say("local-cloud no longer answers: it has ended, or is busy."));
}
