/** An evaluation context for tests of functions. */
import { SeededRandom } from '../base/random.ts';
import type { EvaluationContext } from './function.ts';

export const TEST_CONTEXT: EvaluationContext = {
  clockMicros: 1_577_836_800_000_000n, zone: 'UTC', user: 'ada', database: 'library', searchPath: 'public', snapshotToken: () => 'snapshot', awaitToken: () => 'await',
  random: new SeededRandom(1), tableOid: () => undefined, tableName: () => undefined, sleep: () => undefined,
};
