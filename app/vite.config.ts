import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

const sources = ['src', '../src/domain', '../src/limits.ts', '../package-lock.json'];

/** Named after its sources, so that the same sources give the same app. */
function contentHash(): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    const at = new URL(source, import.meta.url);
    if (!source.includes('.') || source === '../src/domain') {
      for (const entry of readdirSync(at, { recursive: true, withFileTypes: true }).sort((a, b) =>
        `${a.parentPath}/${a.name}` < `${b.parentPath}/${b.name}` ? -1 : 1,
      ))
        if (entry.isFile() && !/\.test\.ts$/.test(entry.name))
          hash.update(readFileSync(`${entry.parentPath}/${entry.name}`));
    } else hash.update(readFileSync(at));
  }
  return hash.digest('hex').slice(0, 12);
}

/** The framework hides its announcer by a style of its own in the page, which the station's policy forbids; base.css hides it. */
const withoutInlineStyle: Plugin = {
  name: 'without-inline-style',
  renderChunk: (code) => code.replace(/(id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1'),
};

export default defineConfig({
  plugins: [
    withoutInlineStyle,
    sveltekit({
      compilerOptions: { runes: true },
      adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html', precompress: true }),
      serviceWorker: { register: false },
      version: { name: contentHash() },
    }),
  ],
  build: { target: 'es2024', assetsInlineLimit: 0 },
  server: { fs: { allow: ['..'] } },
});
