// Envoy's response flags in words. Source: Envoy's access log documentation, RESPONSE_FLAGS.
const FLAGS: Record<string, string> = {
  UH: "no healthy upstream host",
  UF: "upstream connection failure",
  UO: "upstream overflow: the circuit breaker is open",
  NR: "no route for the request",
  URX: "retry limit, or TCP connect attempts, exhausted",
  NC: "upstream cluster not found",
  DT: "request or connection exceeded its maximum duration",
  DC: "downstream connection terminated: the client gave up",
  LH: "local service failed its health check",
  UT: "upstream request timeout",
  LR: "connection local reset",
  UR: "upstream remote reset",
  UC: "upstream connection terminated",
  DI: "delayed by fault injection",
  FI: "aborted by fault injection",
  RL: "rate limited locally",
  UAEX: "denied by the external authorisation service",
  RLSE: "rejected: error in the rate limit service",
  IH: "rejected: invalid value of a strictly checked header",
  SI: "stream idle timeout",
  DPE: "downstream protocol error",
  UPE: "upstream protocol error",
  UMSDR: "upstream reached its maximum stream duration",
  RFCF: "response came from the cache",
  NFCF: "no filter configuration in time",
  OM: "overload manager ended the request",
  DF: "DNS resolution failed",
  DO: "dropped by drop overload",
  DR: "downstream remote reset",
  UDO: "upstream drop overload",
};

const GRPC = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

export function flagList(flags: string | null | undefined): string[] {
  return (flags ?? "")
    .split(",")
    .map((flag) => flag.trim())
    .filter((flag) => flag && flag !== "-");
}

export function flagWords(flag: string): string {
  return FLAGS[flag] ?? "a flag this version does not know";
}

export function grpcWords(status: string): string {
  const name = /^\d+$/.test(status) ? GRPC[Number(status)] : undefined;
  return name ? `${status} ${name}` : status;
}

/** How an answer counts: no response started counts as an error, so does a gRPC status that is the server's fault. */
export function answerTone(code: string, grpc: string | null): "ok" | "client" | "failure" {
  if (grpc && grpc !== "0") return "failure";
  if (code === "0" || code === "" || code.startsWith("5")) return "failure";
  return code.startsWith("4") ? "client" : "ok";
}
