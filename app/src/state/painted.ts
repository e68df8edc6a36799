const UNSEEN_MS = 500;

/** When what has just been drawn stands on the screen; a page that nobody sees is not painted, and is not waited for. */
export const painted = (): Promise<void> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, UNSEEN_MS);
  });
