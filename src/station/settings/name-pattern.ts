// The regular expressions that files' names are matched against. Matching tries all the ways a pattern can lie on a name: one
// badly written keeps the thread, and so everybody who reads, for years on a name of 34 letters.

/**
 * `*`, `+`, `?` and `{2,5}`, each a choice of how far to go. Two take 0.1 s at worst on a file's longest name (255 letters, measured);
 * a third only where matching has one place to begin.
 */
const REPETITIONS_MAX = 2;
const REPETITIONS_ANCHORED_MAX = 3;
const PATTERN_LENGTH_MAX = 200;

/** Why it can't be used, as words after the setting's name; null when it can. */
export function patternFault(pattern: unknown): string | null {
  if (typeof pattern !== 'string' || pattern.length > PATTERN_LENGTH_MAX || !isRegularExpression(pattern))
    return 'ska vara ett reguljärt uttryck';
  if (/\\[1-9k]/.test(pattern.replaceAll('\\\\', ''))) return 'ska vara utan bakåtreferenser (\\1)';
  const bare = pattern
    .replace(/\\./g, 'x')
    .replace(/\[[^\]]*\]/g, 'x')
    .replaceAll('(?', '(');
  if (/\)[*+?{]/.test(bare)) return 'får inte upprepa en grupp, som i (a+)+';
  const repetitions = bare.match(/(?:[*+?]|\{\d+,\d*\})\??/g)?.length ?? 0;
  const isAnchored = bare.startsWith('^') && !bare.includes('|');
  return repetitions <= (isAnchored ? REPETITIONS_ANCHORED_MAX : REPETITIONS_MAX)
    ? null
    : `får ha ${REPETITIONS_MAX} upprepningar (* + ? {2,5}), ${REPETITIONS_ANCHORED_MAX} när det börjar med ^ och saknar |`;
}

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text) !== null;
  } catch {
    return false;
  }
}
