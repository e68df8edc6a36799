// What the list does not wait for is fetched a moment after it stands: the sealed store, this reader's looks, the chart's screen.

const AFTER_MS = 300;
let standing: Promise<void> | null = null;

/** Asked when there is a list to show: it is drawn first. */
export function afterList(): Promise<void> {
  standing ??= new Promise((resolve) => setTimeout(resolve, AFTER_MS));
  return standing;
}
