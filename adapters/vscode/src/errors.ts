// What was thrown, which may be anything, as an error. Pure.

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** What the user has been told already, or has wanted. */
export class Told extends Error {}
