/* A list that pops up beside a control: the suggestions of the composer, the choices of a menu. The focus stays on the
   control all the while, and screen readers follow aria-activedescendant. Sends nothing by itself. */

import { h, newId } from "./dom.js";

/** @typedef {{label: string, detail?: string, value: any, chosen?: boolean}} Item */

export class Popup {
  /** `pick(item)` is called on a choice; `closed()` when the list goes away by itself or by hide(). */
  constructor(anchor, { label, multiple = false, pick, closed = () => {} }) {
    Object.assign(this, { anchor, pick, closed, multiple, items: [], active: -1 });
    this.list = h("ul", { role: "listbox", id: newId("list"), "aria-label": label, "aria-multiselectable": multiple ? "true" : null });
    this.note = h("p", { class: "popup-note", hidden: true });
    this.box = h("div", { class: "popup", popover: "manual" }, this.list, this.note);
    // Without this a press on the list would take the focus from the control, and so close the list.
    this.box.addEventListener("pointerdown", (event) => event.preventDefault());
    anchor.setAttribute("aria-haspopup", "listbox");
    anchor.setAttribute("aria-expanded", "false");
    anchor.setAttribute("aria-controls", this.list.id);
    anchor.addEventListener("blur", () => this.hide());
  }

  get isOpen() {
    return this.box.matches(":popover-open");
  }

  /** Show these items with one of them active (-1: none yet). An empty list without a note hides the popup. */
  show(items, active = -1, note = "") {
    this.items = items;
    this.note.hidden = !note;
    this.note.textContent = note;
    if (!items.length && !note) return this.hide();
    this.list.replaceChildren(...items.map((item, at) => this.#option(item, at)));
    if (!this.box.isConnected) this.anchor.after(this.box);
    if (!this.isOpen) {
      this.box.showPopover();
      this.anchor.setAttribute("aria-expanded", "true");
      this.away = (event) => event.target !== this.box && !this.box.contains(event.target) && this.#place();
      addEventListener("scroll", this.away, true);
      addEventListener("resize", this.away);
    }
    this.#place();
    this.activate(Math.min(active, items.length - 1));
  }

  hide() {
    if (!this.box.isConnected || !this.isOpen) return;
    this.box.hidePopover();
    this.anchor.setAttribute("aria-expanded", "false");
    this.anchor.removeAttribute("aria-activedescendant");
    this.active = -1;
    removeEventListener("scroll", this.away, true);
    removeEventListener("resize", this.away);
    this.closed();
  }

  /** Move by one, round at the ends. */
  move(step) {
    const count = this.items.length;
    if (count) this.activate(this.active < 0 ? (step > 0 ? 0 : count - 1) : (this.active + step + count) % count);
  }

  activate(at) {
    this.active = at;
    for (const [place, option] of [...this.list.children].entries()) option.classList.toggle("active", place === at);
    const option = this.list.children[at];
    if (!option) return this.anchor.removeAttribute("aria-activedescendant");
    this.anchor.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /** Choose the active item; says whether there was one. */
  pickActive() {
    const item = this.items[this.active];
    if (!item) return false;
    this.pick(item);
    return true;
  }

  #option(item, at) {
    return h(
      "li",
      {
        role: "option", id: `${this.list.id}-${at}`, "aria-selected": item.chosen ? "true" : "false",
        onclick: () => this.pick(item), onpointermove: () => this.active !== at && this.activate(at),
      },
      this.multiple ? h("span", { class: "tick", "aria-hidden": "true" }) : null,
      h("span", { class: "option-label" }, item.label),
      item.detail ? h("span", { class: "option-detail" }, item.detail) : null,
    );
  }

  #place() {
    const at = this.anchor.getBoundingClientRect();
    const below = innerHeight - at.bottom - 12;
    const above = at.top - 12;
    const up = below < Math.min(this.list.scrollHeight, 260) && above > below;
    const width = Math.min(Math.max(at.width, 260), innerWidth - 16);
    const style = this.box.style;
    style.width = `${width}px`;
    style.maxHeight = `${Math.min(up ? above : below, 440)}px`;
    style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    style.top = up ? "auto" : `${at.bottom + 4}px`;
    style.bottom = up ? `${innerHeight - at.top + 4}px` : "auto";
  }
}
