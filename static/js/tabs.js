/* One tab of a browser works for all of them: the one that holds the lock. A browser has no locks
   on plain http elsewhere than on loopback; there each tab works for itself while it is seen. */

// `work(signal)` runs in one tab until the signal is aborted; `receive` gets what it tells, in every
// tab. Returns { tell, take, leave }: `take` moves the work here, from a tab that has gone silent.
export function together(name, work, receive) {
  let channel;
  let stop; // ends what this tab does or waits for

  function start() {
    stop = new AbortController();
    if (!navigator.locks) return see();
    channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => receive(data);
    queue({ signal: stop.signal });
  }

  async function queue(options) {
    const { signal } = stop;
    const turn = new AbortController();
    const end = () => turn.abort();
    signal.addEventListener("abort", end);
    // Rejected when another tab took the lock, or when this one left.
    await navigator.locks.request(name, options, () => work(turn.signal)).catch(end);
    signal.removeEventListener("abort", end);
    if (!signal.aborted && !options.steal) queue({ signal });
  }

  function see() {
    stop.abort();
    stop = new AbortController();
    if (!document.hidden) work(stop.signal);
  }

  function leave() {
    stop.abort();
    channel?.close();
    channel = undefined;
    document.removeEventListener("visibilitychange", see);
  }

  if (!navigator.locks) document.addEventListener("visibilitychange", see);
  addEventListener("pagehide", leave); // in the back/forward cache a page holds nothing
  addEventListener("pageshow", ({ persisted }) => persisted && start());
  start();
  return {
    leave,
    take: () => channel && queue({ steal: true }),
    tell(message) {
      channel?.postMessage(message);
      receive(message);
    },
  };
}
