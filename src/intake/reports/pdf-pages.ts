// The pages of a PDF, each with its text and as a PDF of its own. Null when it cannot be read in time or at all: the list is
// kept as received and tied to nobody.

import { Worker } from 'node:worker_threads';
import { limits } from '../../limits.ts';
import type { PdfPage } from './report-row.ts';

export async function readPdfPages(bytes: Uint8Array): Promise<readonly PdfPage[] | null> {
  const worker = new Worker(new URL('./pdf-pages-worker.ts', import.meta.url), {
    workerData: {
      bytes,
      pagesMax: limits.reportPagesMax,
      pageBytesMax: limits.reportPageBytesMax,
      pagesBytesMax: limits.reportPagesBytesMax,
      pageTextMax: limits.reportPageTextMax,
    },
    resourceLimits: { maxOldGenerationSizeMb: limits.reportReaderMemoryMb },
  });
  const timer = setTimeout(() => void worker.terminate(), limits.reportReaderMs);
  try {
    return await new Promise((resolve) => {
      worker.once('message', (pages: readonly PdfPage[]) => resolve(pages));
      worker.once('error', () => resolve(null));
      worker.once('exit', () => resolve(null));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
