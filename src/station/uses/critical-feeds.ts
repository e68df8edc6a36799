// Who is declared to send what is critical to a unit, and whether it has ever come. Declared is what the settings say: a feed taken out of
// them is gone from that start on, whatever it sent before.

import type { SourceId, UnitId } from '../../domain/identity.ts';
import type { PartName } from '../../domain/parts.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { CRITICAL_PARTS, type CriticalFeed } from '../../domain/unit-use/unit-use.ts';

interface Sent {
  hasSent(source: SourceId, part: PartName): boolean;
}

/** `copy` may throw: of a copy that can't be read nothing is known to have come. */
export function criticalFeeds(
  unit: UnitId,
  sources: readonly SourceDeclaration[],
  copy: () => Sent,
): readonly CriticalFeed[] {
  const hasCome = (source: SourceId, part: PartName): boolean => {
    try {
      return copy().hasSent(source, part);
    } catch {
      return false;
    }
  };
  return sources.flatMap(({ id, name, feeds }) =>
    CRITICAL_PARTS.filter((part) =>
      feeds.some((feed) => feed.part === part && (feed.units === 'all' || feed.units.includes(unit))),
    ).map((part) => ({ part, source: id, sourceName: name, hasCome: hasCome(id, part) })),
  );
}
