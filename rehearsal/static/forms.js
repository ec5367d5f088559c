/* Forms (Discord's modals): a dialog with labelled fields. Checks what a client checks, and says beside the field
   what is missing; the rest is the bot's to judge. */

import { colourRoles, h, newId } from "./dom.js";
import { fieldOf } from "./fields.js";
import { tellTimes } from "./times.js";

/** Open a form. `submit(values)` answers {ok, why}; `left()` is called when it is gone. */
export function openForm(root, form, { submit, left }) {
  const heading = newId("form");
  const fields = [];
  const body = form.components.map((part) => draw(part, fields));
  const problem = h("p", { class: "failed", role: "alert" });
  const send = h("button", { type: "submit", class: "button primary" }, "Submit");
  const dialog = h(
    "dialog",
    { class: "form", "aria-labelledby": heading },
    h("form", { method: "dialog", novalidate: true, onsubmit: finish },
      h("h2", { id: heading }, form.title),
      h("p", { class: "detail" }, "What you write here goes to Red Flask."),
      body,
      problem,
      h("div", { class: "form-end" },
        h("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, "Cancel"), send)),
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    left();
  });
  root.replaceChildren(dialog);
  tellTimes(dialog);
  colourRoles(dialog);
  const texts = [...dialog.querySelectorAll("form > .text")];
  for (const text of texts) text.id = newId("about");
  if (texts.length) dialog.setAttribute("aria-describedby", texts.map(({ id }) => id).join(" "));
  dialog.showModal();
  (fields[0] ?? { focus: () => send.focus() }).focus();
  // what stands above the first field is read first
  dialog.scrollTop = 0;

  async function finish(event) {
    event.preventDefault();
    if (send.getAttribute("aria-busy")) return;
    const wrong = fields.filter((field) => !field.check());
    if (wrong.length) return wrong[0].focus();
    send.setAttribute("aria-busy", "true");
    const values = {};
    for (const field of fields) values[field.id] = await field.value();
    const answer = await submit(values);
    send.removeAttribute("aria-busy");
    if (answer.ok) dialog.close();
    else problem.textContent = `${answer.why} What you wrote is still here.`;
  }
}

function draw(part, fields) {
  if (part.type === 10) return h("div", { class: "text", html: part.html });
  if (part.type === 1) return (part.components ?? []).map((inner) => add(inner, { label: inner.label }, fields));
  if (part.type === 18) return add(part.component, part, fields);
  return h("p", { class: "plain" }, `(a part of type ${part.type}, which the rehearsal can’t draw)`);
}

function add(part, { label, description }, fields) {
  const field = fieldOf(part, label ?? "", description);
  fields.push(field);
  return field.element;
}
