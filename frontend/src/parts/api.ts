// One way to ask meshview's API, and everything it may answer, as one value.

export interface ApiError {
  code: string;
  message: string;
  source: string | null;
  remedy: string;
  status: number;
}

export interface Job {
  id: string;
  state: "waiting" | "running" | "done" | "failed";
  progress: number;
  done?: number;
  total?: number;
  error?: string | null;
}

export type Reply<T> =
  | { kind: "data"; data: T; etag: string | null; ms: number }
  | { kind: "job"; job: Job; location: string }
  | { kind: "error"; error: ApiError };

const UNREACHABLE = "meshview does not answer. The last picture stays; it is asked again by itself.";

function asError(status: number, body: unknown): ApiError {
  const error = (body as { error?: Record<string, unknown> } | null)?.error ?? {};
  const detail = (error["detail"] ?? {}) as Record<string, unknown>;
  return {
    code: String(error["code"] ?? `http_${status}`),
    message: String(error["message"] ?? `meshview answered ${status} without saying why.`),
    source: error["source"] ? String(error["source"]) : null,
    remedy: remedyOf(error, detail),
    status,
  };
}

function remedyOf(error: Record<string, unknown>, detail: Record<string, unknown>): string {
  if (typeof error["remedy"] === "string") return error["remedy"];
  if (typeof detail["remedy"] === "string") return detail["remedy"];
  if (Array.isArray(detail["allowed"])) return `Allowed: ${detail["allowed"].join(", ")}.`;
  return "";
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** `no-cache` lets the browser ask with If-None-Match and use its own copy on 304. */
export async function ask<T>(url: string, signal?: AbortSignal): Promise<Reply<T>> {
  const started = performance.now();
  let response: Response;
  try {
    response = await fetch(url, { cache: "no-cache", signal: signal ?? null, headers: { Accept: "application/json" } });
  } catch (error) {
    if (signal?.aborted) throw error;
    return { kind: "error", error: { code: "unreachable", message: UNREACHABLE, source: null, remedy: "", status: 0 } };
  }
  const body = await json(response);
  if (response.status === 202) {
    const job = (body as { job?: Job } | null)?.job;
    if (job) return { kind: "job", job, location: response.headers.get("Location") ?? `/api/v1/jobs/${job.id}` };
  }
  if (!response.ok || body === null) return { kind: "error", error: asError(response.status, body) };
  return { kind: "data", data: body as T, etag: response.headers.get("ETag"), ms: performance.now() - started };
}

/** What a job says of itself, in words. */
export function jobWords(job: Job, window: string): string {
  if (job.state === "failed") return job.error || `Collecting ${window} failed.`;
  if (job.state === "waiting") return `Waiting to collect ${window}.`;
  if (job.total) return `Collecting ${window}: ${job.done ?? 0} of ${job.total} queries.`;
  return `Collecting ${window}.`;
}
