// A value of which the names hide a half reads as another: of 37,6 stood 7,6. A column is shown whole or not at all.

import type { Attachment } from 'svelte/attachments';

/** For what scrolls a table sideways under names that stay. */
export const wholeColumns: Attachment<HTMLElement> = (scroller) => {
  const look = (): void => {
    const [names, ...columns] = scroller.querySelectorAll<HTMLTableCellElement>('thead th');
    const edge = names?.getBoundingClientRect().right ?? 0;
    const cut = new Set(
      columns.filter((one) => one.getBoundingClientRect().left < edge - 1).map((one) => one.cellIndex),
    );
    for (const cell of scroller.querySelectorAll<HTMLTableCellElement>('th, td'))
      cell.classList.toggle('cut', cut.has(cell.cellIndex) && cell.colSpan === 1);
  };
  // Asked when the page has been laid out anyway.
  const sizes = new ResizeObserver(look);
  sizes.observe(scroller);
  scroller.addEventListener('scroll', look, { passive: true });
  return () => {
    sizes.disconnect();
    scroller.removeEventListener('scroll', look);
  };
};
