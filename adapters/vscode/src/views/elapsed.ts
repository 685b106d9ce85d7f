// How long something takes, in words. Pure.

/** For the end of the live line: nothing in the first second, then `3 s in load`, `2:05`; of a loop `loop: 3 s`. */
export function elapsed(milliseconds: number, via?: string, isOfLoop = false): string {
  const seconds = Math.floor(milliseconds / 1000 + 0.05); // timers come a little early
  if (seconds < 1) return '';
  const where = via === undefined ? '' : ` in ${via}`;
  return `${isOfLoop ? 'loop: ' : ''}${seconds < 60 ? `${seconds} s` : clock(seconds)}${where}`;
}

function clock(seconds: number): string {
  const two = (it: number): string => String(it).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const rest = two(seconds % 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}
