/** Window functions: results for the rows of one partition. */
import { EngineError } from '../../../base/errors.ts';
import { asBigInt } from '../../../data/types/numeric.ts';
import type { Value } from '../../../data/types/value.ts';
import type { Reader } from '../../../data/vector/reader.ts';
import type { PhysicalWindow } from '../../plan/physical-plan.ts';
import type { FrameFinder } from './frame.ts';
import type { Partition } from './ordering.ts';

/** What a function can read: arguments by row number, the partition, its frames. */
export interface WindowInput {
  readonly call: PhysicalWindow;
  readonly partition: Partition;
  readonly frames: FrameFinder;
  readonly args: readonly Reader[];
}

/** Result at a position. */
export type WindowFunction = (position: number) => Value;

/** Functions that number rows: they give int64s that are never NULL and fit 32 bits. */
export function numberingFunction(name: string, partition: Partition): ((position: number) => number) | undefined {
  const { from } = partition;
  switch (name) {
    case 'row_number': return (position) => position - from + 1;
    case 'rank': { const { peerFrom } = partition; return (position) => (peerFrom[position - from] as number) - from + 1; }
    case 'dense_rank': { const { peerGroup } = partition; return (position) => (peerGroup[position - from] as number) + 1; }
    default: return undefined;
  }
}

/** Functions that only look at a row's place in its partition. */
function placeFunction({ call, partition, args }: WindowInput): WindowFunction | undefined {
  const { from, to } = partition;
  const count = to - from;
  switch (call.name) {
    case 'percent_rank': { const { peerFrom } = partition; return (position) => (count === 1 ? 0 : ((peerFrom[position - from] as number) - from) / (count - 1)); }
    case 'cume_dist': { const { peerTo } = partition; return (position) => ((peerTo[position - from] as number) - from) / count; }
    case 'ntile': return ntile(partition, args[0] as Reader);
    default: return undefined;
  }
}

/** Buckets of nearly equal size, the larger ones first. */
function ntile({ from, to, permutation }: Partition, read: Reader): WindowFunction {
  const buckets = read(permutation[from] as number);
  if (buckets === null) return () => null;
  const wanted = asBigInt(buckets);
  if (wanted <= 0n) throw new EngineError('invalid-parameter-value', 'the argument of NTILE must be greater than zero');
  const count = BigInt(to - from);
  const small = count / wanted;
  const large = count % wanted;
  const inLarge = large * (small + 1n);
  return (position) => {
    const at = BigInt(position - from);
    return at < inLarge ? at / (small + 1n) + 1n : large + (at - inLarge) / small + 1n;
  };
}

/** LEAD and LAG: a row of the partition at a distance. */
function distantRow({ call, partition, args }: WindowInput): WindowFunction {
  const { from, to, permutation } = partition;
  const [read, readOffset, readDefault] = args as readonly [Reader, Reader | undefined, Reader | undefined];
  const sign = call.name === 'lead' ? 1 : -1;
  const at = (position: number, distance: number): number => (call.ignoreNulls ? skipNulls(position, distance) : position + distance);
  const skipNulls = (position: number, distance: number): number => {
    const step = distance < 0 ? -1 : 1;
    let rest = Math.abs(distance);
    let current = position;
    while (rest > 0) {
      current += step;
      if (current < from || current >= to) return -1;
      if (read(permutation[current] as number) !== null) rest--;
    }
    return current;
  };
  return (position) => {
    const row = permutation[position] as number;
    const offset = readOffset === undefined ? 1n : readOffset(row);
    if (offset === null) return null;
    const target = at(position, Number(asBigInt(offset)) * sign);
    if (target >= from && target < to) return read(permutation[target] as number);
    return readDefault === undefined ? null : readDefault(row);
  };
}

/** FIRST_VALUE, LAST_VALUE, NTH_VALUE: a row of the frame. */
function frameRow({ call, partition, frames, args }: WindowInput): WindowFunction {
  const { permutation } = partition;
  const [read, readNth] = args as readonly [Reader, Reader | undefined];
  const pick = (position: number, wanted: number, fromEnd: boolean): Value => {
    const spans = frames.spans(position);
    let rest = wanted;
    for (const span of fromEnd ? spans.reverse() : spans) {
      if (!call.ignoreNulls) {
        const size = span.to - span.from;
        if (rest <= size) return read(permutation[fromEnd ? span.to - rest : span.from + rest - 1] as number);
        rest -= size;
        continue;
      }
      for (let k = 0; k < span.to - span.from; k++) {
        const value = read(permutation[fromEnd ? span.to - 1 - k : span.from + k] as number);
        if (value !== null && --rest === 0) return value;
      }
    }
    return null;
  };
  if (call.name === 'first_value') return (position) => pick(position, 1, false);
  if (call.name === 'last_value') return (position) => pick(position, 1, true);
  return (position) => {
    const nth = readNth?.(permutation[position] as number) ?? null;
    if (nth === null) return null;
    const wanted = Number(asBigInt(nth));
    if (wanted < 1) throw new EngineError('invalid-parameter-value', 'the second argument of NTH_VALUE must be greater than zero');
    return pick(position, wanted, false);
  };
}

/** The function of this name; undefined for an aggregate. */
export function windowFunction(input: WindowInput): WindowFunction | undefined {
  switch (input.call.name) {
    case 'lead': case 'lag': return distantRow(input);
    case 'first_value': case 'last_value': case 'nth_value': return frameRow(input);
    default: return placeFunction(input);
  }
}
