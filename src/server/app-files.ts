// The app's files, read once when the station starts and served from memory: an app that has to be fetched anew opens also when the
// disk no longer answers, and no address can lead to any other file. They hold no data and need no sign-in.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};
const PACKED: ReadonlySet<string> = new Set(['.html', '.js', '.css', '.json', '.webmanifest', '.svg', '.wasm']);
const PAGE = 'index.html';

interface AppFile {
  readonly bytes: Buffer;
  readonly packed: Buffer | null;
  /** As the build left it beside; a tenth smaller than gzip. Browsers ask for it of this machine and over HTTPS. */
  readonly brotli: Buffer | null;
  readonly type: string;
  readonly etag: string;
  readonly isImmutable: boolean;
}

export interface AppFiles {
  /** By path, as in the address. */
  readonly files: ReadonlyMap<string, AppFile>;
  readonly policy: string;
}

/** Null when the app has not been built. */
export function readAppFiles(folder: string): AppFiles | null {
  const page = join(folder, PAGE);
  if (!existsSync(page)) return null;
  const files = new Map<string, AppFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const extension = extname(entry.name);
    const type = TYPES[extension];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    const path = relative(folder, file).split(sep).join('/');
    files.set(path, {
      bytes,
      packed: PACKED.has(extension) ? gzipSync(bytes, { level: 9 }) : null,
      brotli: existsSync(`${file}.br`) ? readFileSync(`${file}.br`) : null,
      type,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      isImmutable: path.includes('/immutable/'),
    });
  }
  return { files, policy: contentPolicy(readFileSync(page, 'utf8')) };
}

/**
 * Nothing but the app's own files runs; the page's one script of its own is named by its hash. WebAssembly is what opens the app's
 * store (argon2id).
 */
function contentPolicy(page: string): string {
  const hashes = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script]) =>
      `'sha256-${createHash('sha256')
        .update(script ?? '')
        .digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${hashes.join(' ')}`.trim(),
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * The page, and every file by its own address. Registered file by file: what is not here is not found. `others`: the stations the page may
 * ask besides this one.
 */
export function registerApp(
  server: FastifyInstance,
  { files, policy: own }: AppFiles,
  others: readonly { readonly address: string }[],
): void {
  const policy = own.replace(
    "connect-src 'self'",
    ["connect-src 'self'", ...others.map(({ address }) => address)].join(' '),
  );
  for (const [path, file] of files) {
    server.get(path === PAGE ? '/' : `/${path}`, { schema: { hide: true } }, (request, reply) => {
      reply.header('etag', file.etag);
      reply.header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
      // A script that works by itself (the service worker) is held to its own answer's policy, not to the page's.
      reply.header('content-security-policy', policy);
      if (path.endsWith('.html')) {
        reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=()');
        reply.header('cross-origin-opener-policy', 'same-origin');
      }
      if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
      reply.type(file.type);
      const taken = String(request.headers['accept-encoding'] ?? '');
      if (file.brotli !== null && /\bbr\b/.test(taken))
        return reply.header('content-encoding', 'br').header('vary', 'accept-encoding').send(file.brotli);
      if (file.packed !== null && /\bgzip\b/.test(taken))
        return reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding').send(file.packed);
      return reply.send(file.bytes);
    });
  }
}
