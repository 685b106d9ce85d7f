// What is asked for again and again, done a few times a second. Pure.

/** A function that does `action` at once, and what it is called meanwhile for once more when `pauseMs` are over. */
export function throttled(action: () => void, pauseMs: number): () => void {
  let isPausing = false;
  let isWanted = false;
  const act = (): void => {
    isPausing = true;
    isWanted = false;
    setTimeout(() => {
      isPausing = false;
      if (isWanted) act();
    }, pauseMs);
    action();
  };
  return () => {
    if (isPausing) isWanted = true;
    else act();
  };
}
