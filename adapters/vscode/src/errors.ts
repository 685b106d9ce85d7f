// What was thrown, which may be anything, as an error. Pure.

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
