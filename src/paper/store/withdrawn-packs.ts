// What a patient has blocked since a pack was made stands open in it: from that moment it is withdrawn, and never printed unless somebody
// says in so many words that it is to be (design §5.24). A block lifted since takes nothing back: the pack then only shows less. And a
// pack that does not say *ÖVNINGSKOPIA* is withdrawn when its unit is not in use (§5.22); one that says it needlessly is only replaced.

import type { UnitWithholding } from '../../domain/access/steps.ts';
import type { UnitId } from '../../domain/identity.ts';
import type { PackHead } from './pack-store.ts';

/** Every block in force that takes anything from a unit's pack: of whom, and of which unit's data. Its own data is its own to read. */
export const blocksOnPack = (unit: UnitId, blocks: UnitWithholding['blocks']): readonly string[] =>
  [...blocks]
    .flatMap(([patient, own]) => own.filter((block) => block.unit !== unit).map((block) => `${patient} ${block.unit}`))
    .sort();

/**
 * Whoever it is of: on the unit's list stand more than have sheets, and a block is known under one of the patient's numbers. One too
 * many is made again within seconds.
 */
export const isWithdrawn = ({ unit, blocked = [] }: PackHead, blocks: UnitWithholding['blocks']): boolean =>
  blocksOnPack(unit, blocks).some((block) => !blocked.includes(block));

export const lacksPracticeMark = ({ isPractice }: Pick<PackHead, 'isPractice'>, isUnitInUse: boolean): boolean =>
  !isUnitInUse && isPractice !== true;
