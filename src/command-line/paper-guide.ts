import { notBefore } from '../domain/age.ts';
import { Failure } from '../domain/failures.ts';
import { guidePrint } from '../paper/jobs.ts';
import { Renderer } from '../paper/render/renderer.ts';
import { SystemClock } from '../station/clock.ts';
import type { CommandContext } from './command.ts';
import { checkOut, writeOut } from './paper-out.ts';
import { terminalPrinting } from './paper-printing.ts';

/** The ward's one page: it names nobody, and needs neither station nor copy. */
export async function paperGuide(context: CommandContext): Promise<number> {
  if (context.words.length > 0) throw new Failure('request.invalid', 'sidan är en och samma för alla enheter');
  checkOut(context);
  const renderer = new Renderer({ onEnded: () => {} });
  try {
    const { job } = guidePrint(terminalPrinting(notBefore(new SystemClock().now(), [])));
    writeOut(context, await renderer.render(job));
    return 0;
  } finally {
    renderer.stop();
  }
}
