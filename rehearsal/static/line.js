/* The line to the stand-in: one WebSocket, questions numbered, answers matched. Calls again when it breaks. */

/** Open the line. `on.world`, `on.form`, `on.lost` are called with what comes; `on.hello()` gives the first message. */
export function openLine(on) {
  const waiting = new Map();
  let socket = null;
  let number = 0;
  let pause = 250;

  function call() {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/page/live`);
    socket.addEventListener("open", () => {
      pause = 250;
      socket.send(JSON.stringify(on.hello()));
    });
    socket.addEventListener("message", (event) => {
      const said = JSON.parse(event.data);
      if (said.world) on.world(said.world);
      if (said.form) on.form(said.form);
      if (said.re !== undefined) {
        waiting.get(said.re)?.(said);
        waiting.delete(said.re);
      }
    });
    socket.addEventListener("close", () => {
      for (const answer of waiting.values()) answer({ ok: false, why: "The rehearsal was stopped." });
      waiting.clear();
      on.lost();
      setTimeout(call, pause);
      pause = Math.min(pause * 2, 4000);
    });
  }

  call();

  /** Ask for something; resolves to {ok, why?, …}. Never rejects: a broken line is an answer too. */
  return function ask(action) {
    if (socket.readyState !== WebSocket.OPEN) {
      return Promise.resolve({ ok: false, why: "The rehearsal isn’t running." });
    }
    const n = ++number;
    return new Promise((resolve) => {
      waiting.set(n, resolve);
      socket.send(JSON.stringify({ ...action, n }));
    });
  };
}
