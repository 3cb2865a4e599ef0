/* What this browser keeps for the reader. A private window may keep nothing: then nothing is known. */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key, text) {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {
    // Not allowed, or no room.
  }
}
