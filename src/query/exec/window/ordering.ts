/**
 * Rows as a window function sees them: by partition, in order, with their peers.
 *
 *   permutation   row numbers, partition after partition, each in the window's order
 *   position      index into the permutation; partitions and peer groups are ranges of positions
 */
import { type Batch, selectionOf } from '../../../data/vector/batch.ts';
import type { Scope } from '../../../data/vector/kernel-memory.ts';
import type { Evaluator } from '../../expr/evaluator.ts';
import type { PhysicalWindow } from '../../plan/physical-plan.ts';
import type { QueryRun } from '../context.ts';
import { KeyTable } from '../key-table.ts';
import { sortByKeys } from '../sort.ts';
import { openSortKeys, type SortKeys } from '../sort-order.ts';

/** A range of positions, [from, to). */
export interface Span { readonly from: number; readonly to: number }

interface Peers { readonly from: Int32Array; readonly to: Int32Array; readonly group: Int32Array }

/** One partition: positions [from, to) of the permutation. Peers are found when they are first asked for. */
export class Partition implements Span {
  readonly from: number;
  readonly to: number;
  readonly permutation: Int32Array;
  readonly #arePeers: (a: number, b: number) => boolean;
  #peers: Peers | undefined;

  constructor(permutation: Int32Array, from: number, to: number, arePeers: (a: number, b: number) => boolean) {
    this.permutation = permutation;
    this.from = from;
    this.to = to;
    this.#arePeers = arePeers;
  }

  /** First position of the peer group, by position - from. */
  get peerFrom(): Int32Array { return (this.#peers ??= this.#findPeers()).from; }
  /** Position after the peer group, by position - from. */
  get peerTo(): Int32Array { return (this.#peers ??= this.#findPeers()).to; }
  /** Number of the peer group from 0, by position - from. */
  get peerGroup(): Int32Array { return (this.#peers ??= this.#findPeers()).group; }

  #findPeers(): Peers {
    const { from, permutation } = this;
    const count = this.to - from;
    const peers: Peers = { from: new Int32Array(count), to: new Int32Array(count), group: new Int32Array(count) };
    let group = 0;
    for (let start = 0; start < count; group++) {
      let end = start + 1;
      while (end < count && this.#arePeers(permutation[from + start] as number, permutation[from + end] as number)) end++;
      peers.from.fill(from + start, start, end);
      peers.to.fill(from + end, start, end);
      peers.group.fill(group, start, end);
      start = end;
    }
    return peers;
  }
}

/** Calls with the same PARTITION BY and ORDER BY share an ordering. */
export const orderingKey = (call: PhysicalWindow): string =>
  JSON.stringify([call.partitionBy, call.orderBy], (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value instanceof Map ? [...value] : value));

const ROW_BYTES = 28;

export class Ordering {
  readonly #partitionBy: readonly Evaluator[];
  readonly #table: KeyTable;
  readonly #keys: SortKeys;
  readonly #partitions: number[] = [];

  constructor(call: PhysicalWindow, run: QueryRun) {
    this.#partitionBy = call.partitionBy.map((expression) => run.evaluator(expression));
    this.#table = new KeyTable(call.partitionBy.map((expression) => expression.type), 'grouping');
    this.#keys = openSortKeys(call.orderBy, run);
  }

  /** Keys, and what a row takes while it is dealt out: its partition, its place, its peers. */
  get byteCount(): number { return this.#keys.byteCount + this.#table.byteCount + this.#partitions.length * ROW_BYTES; }

  append(batch: Batch, scope: Scope): void {
    const rows = selectionOf(batch);
    const numbers = this.#table.assign(this.#partitionBy.map((evaluator) => evaluator.evaluate(batch, scope)), rows);
    for (let k = 0; k < numbers.length; k++) this.#partitions.push(numbers[k] as number);
    this.#keys.append(batch, scope);
  }

  async partitions(run: QueryRun): Promise<Partition[]> {
    const numbers = Int32Array.from(this.#partitions);
    // Sorted by key first, then dealt out to partitions: both stable.
    const sorted = await sortByKeys(numbers.length, this.#keys, run);
    const permutation = byPartition(sorted, numbers, this.#table.size);
    const arePeers = this.#keys.peers();
    const partitions: Partition[] = [];
    for (let from = 0; from < permutation.length;) {
      let to = from + 1;
      while (to < permutation.length && numbers[permutation[to] as number] === numbers[permutation[from] as number]) to++;
      partitions.push(new Partition(permutation, from, to, arePeers));
      if (run.isDue) await run.pause();
      from = to;
    }
    return partitions;
  }
}

/** Rows partition after partition, each in the order in which they came. */
function byPartition(rows: Int32Array, numbers: Int32Array, partitionCount: number): Int32Array {
  const next = new Int32Array(partitionCount + 1);
  for (const number of numbers) next[number + 1] = (next[number + 1] as number) + 1;
  for (let number = 0; number < partitionCount; number++) next[number + 1] = (next[number + 1] as number) + (next[number] as number);
  const out = new Int32Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const number = numbers[rows[k] as number] as number;
    const at = next[number] as number;
    out[at] = rows[k] as number;
    next[number] = at + 1;
  }
  return out;
}
