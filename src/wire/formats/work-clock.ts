/** How long a front end may format rows before other requests of the process get their turn. */
const TURN_MS = 3;

/** Starts a clock; the function it returns tells whether the turn is over and the event loop should run. */
export function workClock(): () => boolean {
  const end = performance.now() + TURN_MS;
  return () => performance.now() >= end;
}
