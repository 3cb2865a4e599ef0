/* Server-sent events, read by hand: unlike EventSource this says why it was refused. */
const EVENT = /^event: (\w+)\ndata: (.*)$/;
const SHORT = 500; // ms: the first pause before another try; each doubles it
const LONG = 30000;
const STEADY = 10000; // a stream that lasted so long was a good one
let wake = () => {};

class SignedOut extends Error {}

// Yields { kind, data } for what is said, "open" first, and { kind: "pulse" } for every sign of life;
// ends with the stream. Throws SignedOut where the person is no longer in the team or the
// hub, and other errors where there is no stream just now, or `signal` was aborted.
async function* listen(url, signal) {
  const answer = await fetch(url, { redirect: "manual", cache: "no-store", signal });
  const isRefused = answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status);
  if (isRefused) throw new SignedOut();
  if (!answer.ok) throw new Error(`${answer.status}`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const [, kind, data] = EVENT.exec(block) ?? [];
      if (kind) yield { kind, data: JSON.parse(data) };
    }
    if (blocks.length) yield { kind: "pulse" };
  }
}

function rest(ms, signal) {
  return new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, ms * (0.5 + Math.random()));
    signal.addEventListener("abort", resolve);
  });
}

// A stream until `signal` is aborted, again and again, with pauses that grow. Between two `tell`
// gets { kind: "lost" }; { kind: "out" } when there is no use in trying again.
export async function keep(url, signal, tell) {
  for (let pause = SHORT; !signal.aborted; pause = Math.min(2 * pause, LONG)) {
    const began = Date.now();
    try {
      for await (const message of listen(url, signal)) tell(message);
    } catch (reason) {
      if (reason instanceof SignedOut) return tell({ kind: "out" });
    }
    if (signal.aborted) return;
    tell({ kind: "lost" });
    if (Date.now() - began > STEADY) pause = SHORT;
    await rest(pause, signal);
  }
}

// No pause now: the machine is online again, or somebody looks.
export const hurry = () => wake();
