/** An evaluation context for tests of functions. */
import { SeededRandom } from '../base/random.ts';
import type { EvaluationContext, SettingsAccess } from './function.ts';

/** Keeps nothing. */
export const NO_SETTINGS: SettingsAccess = { get: () => undefined, set: () => undefined, all: () => new Map() };

export const TEST_CONTEXT: EvaluationContext = {
  clockMicros: 1_577_836_800_000_000n, zone: 'UTC', user: 'ada', database: 'library', searchPath: 'public', settings: NO_SETTINGS, snapshotToken: () => 'snapshot', awaitToken: () => 'await',
  random: new SeededRandom(1), tableOid: () => undefined, tableName: () => undefined, viewText: () => undefined, sleep: () => undefined,
};
