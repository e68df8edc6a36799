// A file that was made whole under another name is on the disk before it takes its place.

import { closeSync, fsyncSync, openSync } from 'node:fs';

export function syncFile(file: string): void {
  const fd = openSync(file, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
