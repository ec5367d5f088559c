/* A text field with suggestions (an ARIA combobox): the composer, and the options of a command. */

import { Popup } from "./popup.js";

/** Give `field` suggestions. `suggest(text)` returns items, or a promise of them; `pick(item)` gets the choice.
 *  `eager` says for a text whether the first suggestion is offered to Enter at once. Returns {refresh, hide}. */
export function suggestions(field, { label, suggest, pick, eager = () => true }) {
  let asked = 0;
  let answered = 0;
  let hurried = false; // Enter or Tab came before the suggestions for what was typed
  const popup = new Popup(field, { label, pick });
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("autocomplete", "off");

  async function refresh() {
    const question = ++asked;
    hurried = false;
    popup.activate(-1); // what is shown still belongs to the text before
    const items = await suggest(field.value);
    // A later question, or another control, has come in the meantime.
    if (question !== asked) return;
    answered = question;
    if (document.activeElement !== field) return;
    popup.show(items, eager(field.value) ? 0 : -1);
    if (hurried && popup.active < 0) popup.activate(0);
    if (hurried) popup.pickActive();
    hurried = false;
  }

  function hide() {
    answered = ++asked;
    hurried = false;
    popup.hide();
  }

  field.addEventListener("input", refresh);
  field.addEventListener("focus", () => field.value === "" && field.dataset.shy === undefined && refresh());
  field.addEventListener("click", () => !popup.isOpen && refresh());
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!popup.isOpen && event.key === "ArrowUp") return;
      if (!popup.isOpen) refresh();
      else popup.move(event.key === "ArrowDown" ? 1 : -1);
      if (popup.isOpen) event.preventDefault();
    } else if (popup.isOpen && event.key === "Escape") {
      hide();
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (popup.isOpen && event.key === "Enter" && !event.shiftKey && popup.pickActive()) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (popup.isOpen && answered !== asked && !event.shiftKey && (event.key === "Tab" || (event.key === "Enter" && eager(field.value)))) {
      hurried = true;
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (popup.isOpen && event.key === "Tab" && !event.shiftKey) {
      if (popup.active < 0) popup.activate(0);
      if (popup.pickActive()) event.preventDefault();
    }
  });
  return { refresh, hide };
}
