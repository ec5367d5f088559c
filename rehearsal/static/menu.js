/* Discord's select menus: a button that opens a list, for one choice or several. In a form it only remembers;
   under a message a choice is sent as soon as it is made, several when the list closes. */

import { h, icon } from "./dom.js";
import { Popup } from "./popup.js";
import { selectable } from "./world.js";

/** Build the menu of a select component. `chosen` is what is picked now (values); `changed(values)` is called once
 *  per choice. Returns the element; its button carries `props`. */
export function menu(part, { chosen, changed, props = {}, name }) {
  const items = itemsOf(part);
  const most = part.max_values ?? 1;
  const least = part.min_values ?? 1;
  const several = most > 1;
  let picked = [...chosen];
  let before = picked;

  const shown = h("span", { class: "menu-shown" });
  const button = h(
    "button",
    { type: "button", class: "menu", role: "combobox", "aria-label": name, disabled: part.disabled, ...props },
    shown,
    icon("down"),
  );
  const popup = new Popup(button, { label: name, multiple: several, pick, closed });
  const box = h("div", { class: "menu-box" }, button);

  function tell() {
    const labels = picked.map((value) => items.find((item) => item.value === value)?.label ?? "…");
    shown.textContent = labels.length ? labels.join(", ") : part.placeholder || "Choose…";
    shown.classList.toggle("nothing", !labels.length);
    button.setAttribute("aria-label", `${name}: ${shown.textContent}`);
  }

  function open(active) {
    before = picked;
    show(active);
  }

  function show(active) {
    const now = items.map((item) => ({ ...item, chosen: picked.includes(item.value) }));
    const rule = least === most ? `Choose ${most}` : `Choose ${least} to ${most}`;
    popup.show(now, active, several ? `${rule}, then close the list.` : items.length ? "" : "There is nothing to choose here.");
  }

  function pick(item) {
    const has = picked.includes(item.value);
    if (several) {
      if (!has && picked.length >= most) return;
      picked = has ? picked.filter((value) => value !== item.value) : [...picked, item.value];
      tell();
      show(popup.active);
      return;
    }
    picked = has && least === 0 ? [] : [item.value];
    tell();
    popup.hide();
    changed(picked);
  }

  function closed() {
    if (!several || String(before) === String(picked)) return;
    if (picked.length < least) picked = before;
    else changed(picked);
    tell();
  }

  button.addEventListener("click", () => (popup.isOpen ? popup.hide() : open(firstActive())));
  const firstActive = () => Math.max(0, items.findIndex((item) => picked.includes(item.value)));
  let typed = "";
  let typedAt = 0;
  button.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (popup.isOpen) popup.move(event.key === "ArrowDown" ? 1 : -1);
      else open(firstActive());
    } else if (popup.isOpen && (event.key === "Enter" || event.key === " ")) popup.pickActive();
    else if (popup.isOpen && event.key === "Escape") {
      popup.hide();
      event.stopPropagation();
    } else if (popup.isOpen && event.key === "Home") popup.activate(0);
    else if (popup.isOpen && event.key === "End") popup.activate(items.length - 1);
    else if (popup.isOpen && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      typed = event.timeStamp - typedAt > 700 ? event.key : typed + event.key;
      typedAt = event.timeStamp;
      const found = items.findIndex((item) => item.label.toLowerCase().startsWith(typed.toLowerCase()));
      if (found >= 0) popup.activate(found);
    } else return;
    event.preventDefault();
  });

  tell();
  return box;
}

/** What a select has chosen before anybody touched it. */
export function defaults(part) {
  if (part.type === 3) return (part.options ?? []).filter((option) => option.default).map((option) => option.value);
  return (part.default_values ?? []).map((value) => String(value.id));
}

function itemsOf(part) {
  if (part.type !== 3) return selectable(part);
  return (part.options ?? []).map((option) => ({
    label: (option.emoji?.name ? `${option.emoji.name} ` : "") + option.label,
    detail: option.description,
    value: option.value,
  }));
}
