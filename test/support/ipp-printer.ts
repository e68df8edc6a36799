// A real IPP printer: `ippeveprinter` of Debian's cups-ipp-utils, which keeps what it prints. It ends at once where no Avahi runs, so
// empty functions stand in Avahi's place; without a compiler or the program there is no printer, and the test says so.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NO_AVAHI = `static int x; void *avahi_threaded_poll_new(void){return &x;} void *avahi_threaded_poll_get(void*p){return p;}
int avahi_threaded_poll_start(void*p){return 0;} void avahi_threaded_poll_stop(void*p){} void avahi_threaded_poll_free(void*p){}
void avahi_threaded_poll_lock(void*p){} void avahi_threaded_poll_unlock(void*p){}
void *avahi_client_new(void*a,int b,void*c,void*d,int*e){if(e)*e=0;return &x;} int avahi_client_get_state(void*c){return 2;}
void avahi_client_free(void*c){} const char *avahi_client_get_host_name(void*c){return "localhost";}
const char *avahi_client_get_host_name_fqdn(void*c){return "localhost";} int avahi_client_errno(void*c){return 0;}
void *avahi_entry_group_new(void*c,void*cb,void*u){return &x;} int avahi_entry_group_commit(void*g){return 0;}
int avahi_entry_group_reset(void*g){return 0;} int avahi_entry_group_free(void*g){return 0;}
int avahi_entry_group_add_service_strlst(void*g,...){return 0;} int avahi_entry_group_add_service_subtype(void*g,...){return 0;}
int avahi_entry_group_add_record(void*g,...){return 0;}
`;

const has = (program: string, ask: string): boolean =>
  spawnSync(program, [ask], { stdio: 'ignore', env: PATHS }).error === undefined;
const PATHS = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
export const canHaveIppPrinter =
  process.platform === 'linux' && has('ippeveprinter', '--help') && has('gcc', '--version');

export class IppTestPrinter {
  readonly port: number;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.#folder = folder;
    this.port = port;
    this.#process = child;
  }

  static async start(words: readonly string[] = []): Promise<IppTestPrinter> {
    const folder = mkdtempSync(join(tmpdir(), 'ipp-printer-'));
    const shim = join(folder, 'no-avahi.so');
    writeFileSync(join(folder, 'no-avahi.c'), NO_AVAHI);
    spawnSync('gcc', ['-shared', '-fPIC', '-w', '-o', shim, join(folder, 'no-avahi.c')]);
    const port = await freePort();
    const child = spawn(
      'ippeveprinter',
      [
        '-2',
        '-n',
        'localhost',
        '-p',
        String(port),
        '-d',
        folder,
        '-k',
        '-f',
        'application/pdf',
        ...words,
        'Reservskrivare',
      ],
      { stdio: 'ignore', env: { ...PATHS, LD_PRELOAD: shim } },
    );
    const printer = new IppTestPrinter(folder, port, child);
    await printer.#answers();
    return printer;
  }

  get address(): string {
    return `ipp://localhost:${this.port}/ipp/print`;
  }

  /** What has come out of it. */
  printed(): readonly Buffer[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('.pdf'))
      .map((name) => readFileSync(join(this.#folder, name)));
  }

  stop(): void {
    this.#process.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      if (this.#process.exitCode !== null) throw new Error('ippeveprinter ended at once');
      const answer = await fetch(`http://localhost:${this.port}/`).catch(() => null);
      if (answer !== null) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('ippeveprinter does not answer');
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
