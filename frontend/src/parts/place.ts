// Where the reader is: the URL is the state. A page that can follow a change without loading says so by `follow`.

export type Changes = Record<string, string | null>;
type Follower = (params: URLSearchParams) => void;

const followers = new Set<Follower>();

export function params(): URLSearchParams {
  return new URLSearchParams(location.search);
}

/** Called at every change of the address, be it by `go` or by the browser's back and forward. */
export function follow(follower: Follower): () => void {
  followers.add(follower);
  return () => followers.delete(follower);
}

function tell(): void {
  const now = params();
  for (const follower of followers) follower(now);
}

/** Changes parameters (`null` takes one out). `replace` for what should not be a step of the history. */
export function go(changes: Changes, replace = false): void {
  const next = params();
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  const query = readable(next);
  const url = location.pathname + (query ? `?${query}` : "");
  if (url === location.pathname + location.search) return;
  if (followers.size === 0) {
    location.assign(url);
    return;
  }
  if (replace) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  tell();
}

/** Goes to an address of this very page (a link that only changes the query) without loading it. */
export function visit(url: URL, replace = false): void {
  if (followers.size === 0 || url.pathname !== location.pathname) {
    location.assign(url);
    return;
  }
  const address = url.pathname + url.search;
  if (address === location.pathname + location.search) return;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  tell();
}

/** Commas, slashes and colons need no escape in a query. */
export function readable(query: URLSearchParams): string {
  return query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":");
}

if (typeof window !== "undefined") window.addEventListener("popstate", tell);
