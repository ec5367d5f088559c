/* The line to the stand-in: one WebSocket, questions numbered, answers matched. Calls again when it breaks. */

/** Open the line at this path. `on.world`, `on.form`, `on.desk`, `on.lost` are called with what comes; `on.hello()` gives the first
 *  message. What is returned asks; its `hangUp()` ends the line. */
export function openLine(on, path = "/page/live") {
  const waiting = new Map();
  let socket = null;
  let number = 0;
  let pause = 250;
  let isOver = false;

  function call() {
    if (isOver) return;
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`);
    socket.addEventListener("open", () => {
      pause = 250;
      if (on.hello) socket.send(JSON.stringify(on.hello()));
    });
    socket.addEventListener("message", (event) => {
      const said = JSON.parse(event.data);
      if (said.world) on.world(said.world);
      if (said.form) on.form(said.form);
      if (said.desk) on.desk(said.desk);
      if (said.re !== undefined) {
        waiting.get(said.re)?.(said);
        waiting.delete(said.re);
      }
    });
    socket.addEventListener("close", () => {
      for (const answer of waiting.values()) answer({ ok: false, why: "The rehearsal was stopped." });
      waiting.clear();
      if (!isOver) on.lost?.();
      setTimeout(call, pause);
      pause = Math.min(pause * 2, 4000);
    });
  }

  call();

  /** Ask for something; resolves to {ok, why?, …}. Never rejects: a broken line is an answer too. */
  function ask(action) {
    if (socket.readyState !== WebSocket.OPEN) {
      return Promise.resolve({ ok: false, why: "The rehearsal isn’t running." });
    }
    const n = ++number;
    return new Promise((resolve) => {
      waiting.set(n, resolve);
      socket.send(JSON.stringify({ ...action, n }));
    });
  }

  ask.hangUp = () => {
    isOver = true;
    socket.close();
  };
  return ask;
}
