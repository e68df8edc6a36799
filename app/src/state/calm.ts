// Nothing moves under a finger: what has come waits, a little, while a hand is on its way to something (ux §1.6). Ages do not: they are
// counted on from the question, whenever the answer is shown.

const STILL_MS = 600;
/** A hand that never rests is shown the news all the same. */
const WAIT_MAX_MS = 4_000;
const HANDS = ['pointermove', 'pointerdown', 'wheel', 'touchmove', 'keydown'] as const;

let movedAtMs = Number.NEGATIVE_INFINITY;
for (const hand of HANDS)
  addEventListener(hand, () => (movedAtMs = performance.now()), { passive: true, capture: true });

/** When no hand has moved for a while, or it has been waited long enough. */
export async function calm(): Promise<void> {
  const untilMs = performance.now() + WAIT_MAX_MS;
  for (let nowMs = performance.now(); nowMs < untilMs && nowMs - movedAtMs < STILL_MS; nowMs = performance.now())
    await new Promise((resolve) => setTimeout(resolve, STILL_MS - (nowMs - movedAtMs)));
}
