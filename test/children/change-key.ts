// Changes a station's key, to be killed at a named point by a test.

import { changeKey } from '../../src/station/keys/rotation.ts';
import { fault } from './kill-at.ts';

const [dataFolder = '', keyFile = ''] = process.argv.slice(2);
await changeKey({
  ...{ dataFolder, keyFile, fault, dropsDamaged: false },
  envelopes: async () => undefined,
  afterwards: async () => undefined,
});
