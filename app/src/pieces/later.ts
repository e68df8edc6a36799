// Parts of the app that are fetched when they are first opened, or a moment before. What has come already is drawn at once: even a promise
// long kept costs a frame of its own, painted with nothing in it.

type Part<Of> = () => Promise<Of>;
const come = new WeakMap<Part<unknown>, unknown>();

/** A promise of it only where it has not come yet. `part` is what it is known by. */
export function fetched<Of>(part: Part<Of>): Of | Promise<Of> {
  const known = come.get(part) as Of | undefined;
  return (
    known ??
    part().then((one) => {
      come.set(part, one);
      return one;
    })
  );
}
