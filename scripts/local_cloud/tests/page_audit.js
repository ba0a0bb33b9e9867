// What is wrong with a page for a person who cannot see it well, or not at all, or has no mouse.
(() => {
  "use strict";
  const wrong = [];
  const visible = (each) => each.checkVisibility({ visibilityProperty: true });
  const named = (each) =>
    (each.getAttribute("aria-label") || each.textContent || each.title || "").trim();

  if (document.documentElement.lang !== "en") wrong.push("the page has no language");
  if (document.querySelectorAll("h1").length !== 1) wrong.push("the page has not one h1");
  if (document.querySelectorAll("main").length !== 1) wrong.push("the page has not one main");
  if (!document.title.trim()) wrong.push("the page has no title");

  const identifiers = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of identifiers) {
    if (identifiers.indexOf(id) !== identifiers.lastIndexOf(id)) wrong.push(`two have the id ${id}`);
  }
  let level = 0;
  for (const each of document.querySelectorAll("h1, h2, h3, h4")) {
    const own = Number(each.tagName[1]);
    if (own > level + 1) wrong.push(`the heading ${each.textContent} leaves out a level`);
    level = own;
  }
  for (const each of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!each.labels.length) wrong.push(`${each.name} has no label`);
  }
  for (const each of document.querySelectorAll("a, button, iframe, summary, [role=region], nav")) {
    if (!named(each) && !each.labels?.length) wrong.push(`${each.outerHTML.slice(0, 80)} has no name`);
  }
  for (const each of document.querySelectorAll("table")) {
    if (!each.querySelector("th[scope=col]")) wrong.push("a table has no headings");
  }

  // https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio
  const numbers = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => {
    const [red, green, blue] = numbers(color).map((each) => {
      const part = each / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const back = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      if ((numbers(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (element) => {
    const [one, other] = [light(getComputedStyle(element).color), light(back(element))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !visible(element)) continue;
    if (contrast(element) < 4.5) {
      wrong.push(`"${node.data.trim().slice(0, 40)}" has a contrast of ${contrast(element)}`);
    }
  }

  for (const each of document.querySelectorAll("button, nav a, .main")) {
    const box = each.getBoundingClientRect();
    if (visible(each) && box.height < 24) wrong.push(`"${named(each)}" is too small for a finger`);
  }
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) wrong.push(`it is ${root.scrollWidth} wide on ${innerWidth}`);
  return wrong;
})();
