/** A table wider than its block shows its newest column first: what is out of sight is the oldest. */
export function showNewest(table: HTMLElement): void {
  table.scrollLeft = table.scrollWidth;
}
