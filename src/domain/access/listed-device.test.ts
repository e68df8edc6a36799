import { expect, it } from 'vitest';
import { browserWords } from './listed-device.ts';

const MOZILLA = 'Mozilla/5.0';
const WINDOWS = '(Windows NT 10.0; Win64; x64)';
const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0';

it.each([
  [`${MOZILLA} ${WINDOWS} ${CHROME} Safari/537.36 Edg/130.0.0.0`, 'Edge på Windows'],
  [`${MOZILLA} ${WINDOWS} ${CHROME} Safari/537.36`, 'Chrome på Windows'],
  [`${MOZILLA} (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0`, 'Firefox på Windows'],
  [`${MOZILLA} (Linux; Android 14; SM-X200) ${CHROME} Safari/537.36`, 'Chrome på Android'],
  [`${MOZILLA} (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1`, 'Safari på iPad'],
  [`${MOZILLA} (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36`, 'Chrome på ChromeOS'],
  [`${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18 Safari/605.1.15`, 'Safari på Mac'],
  [`${MOZILLA} (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/130.0.0.0 Safari/537.36`, 'Chrome på Linux'],
  ['<script>alert(1)</script>', null],
  ['', null],
])('a computer is told from another by its browser and system in plain words: %s', (userAgent, words) => {
  expect(browserWords(userAgent)).toBe(words);
});
