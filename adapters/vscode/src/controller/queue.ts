// What is asked of one notebook, done one after the other; what waits can be called off. Pure.

const queues = new Map<string, Queue>();

/** The queue of a notebook, by its URI. */
export function queueOf(notebook: string): Queue {
  const queue = queues.get(notebook) ?? new Queue();
  queues.set(notebook, queue);
  return queue;
}

export class Queue {
  private last: Promise<unknown> = Promise.resolve();
  private readonly waiting = new Set<AbortController>(); // one for each act: what waits for its signal goes with it

  /**
   * Do `act` when what was asked for before is done; return when it is done, or called off. What waits in `act` itself
   * looks at the signal, once it can do nothing by halves.
   */
  next(act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const own = new AbortController();
    const { signal } = own;
    this.waiting.add(own);
    const done = this.last.then(() => (signal.aborted ? undefined : act(signal))).finally(() => this.waiting.delete(own));
    this.last = done.catch(() => undefined);
    return Promise.race([done, aborted(signal)]);
  }

  /** Call off what waits. What runs already is not our concern. */
  callOff(): void {
    for (const it of this.waiting) it.abort();
    this.waiting.clear();
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }));
}
