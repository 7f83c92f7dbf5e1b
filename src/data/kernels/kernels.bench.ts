/**
 * ns a row of one kernel of each family beside a loop over typed arrays that does the same; 4096 rows, the fastest of many rounds.
 * Run: node scripts/with-node.mjs src/data/kernels/kernels.bench.ts
 */
import { KernelMemory, Reservation, Scope } from '../vector/kernel-memory.ts';
import { KERNEL_ROWS_MAX, loadKernels } from './load-kernels.ts';

const N = KERNEL_ROWS_MAX;
const memory = new KernelMemory({ blocks: 4 });
const kernels = loadKernels(memory);
if (kernels === null) throw new Error('the kernels are not built: run npm run build');
const scope = new Scope(new Reservation(memory, 4));
const place = (bytes: number): number => scope.allocate(bytes) as number;
const { buffer } = memory.memory;

const a = new BigInt64Array(buffer, place(N * 8), N);
const b = new BigInt64Array(buffer, place(N * 8), N);
const out = new BigInt64Array(buffer, place(N * 8), N);
const doubles = new Float64Array(buffer, place(N * 8), N);
const slots = new Int32Array(buffer, place(N * 16), N * 4);
const keys = new BigInt64Array(buffer, place(N * 16), N * 2);
const state = new Int32Array(buffer, place(64), 3);
for (let row = 0; row < N; row++) { a[row] = BigInt((row * 7919) % 1000); b[row] = BigInt(row % 97); doubles[row] = (row * 7919) % 1000; }
const halves = new Int32Array(buffer, a.byteOffset, N * 2);
const rows = Int32Array.from({ length: N }, (_, row) => row);
const groups = Int32Array.from(rows, (row) => row % 100);
const selected = new Int32Array(N);
const sums = new Float64Array(100);
const counts = new Float64Array(100);

function run(name: string, ...args: readonly (number | bigint)[]): () => void {
  const kernel = kernels?.named(name);
  if (kernel === undefined) throw new Error(`there is no kernel ${name}`);
  return () => { kernel(...args); };
}

const placedRows = kernels.placeRows(rows);
const placedGroups = kernels.placeGroups(groups);
const stateAt = (at: number): number => (kernels.states[at] as Float64Array).byteOffset;

/** Exact comparison by halves, as the loops have it. */
function selectBelow(high: number, low: number): void {
  let count = 0;
  for (let k = 0; k < N; k++) {
    const row = rows[k] as number;
    const rowHigh = halves[row * 2 + 1] as number;
    if (rowHigh < high || (rowHigh === high && ((halves[row * 2] as number) >>> 0) < low)) selected[count++] = row;
  }
}

function sumGrouped(): void {
  for (let k = 0; k < N; k++) { const group = groups[k] as number; sums[group] = (sums[group] as number) + (doubles[k] as number); counts[group] = (counts[group] as number) + 1; }
}

const CASES: readonly (readonly [string, () => void, () => void])[] = [
  ['a < 500, int64', run('select_lt_i64_const', a.byteOffset, 500n, N, kernels.outAddress), () => { selectBelow(0, 500); }],
  ['a < 500, int64, selected', run('select_lt_i64_const_sel', a.byteOffset, 500n, placedRows, N, kernels.outAddress), () => { selectBelow(0, 500); }],
  ['a * b, int64 (the loop does not look for overflow)', run('multiply_i64_vector', a.byteOffset, b.byteOffset, N, out.byteOffset), () => { for (let k = 0; k < N; k++) out[k] = BigInt.asIntN(64, (a[k] as bigint) * (b[k] as bigint)); }],
  ['sum of doubles by 100 groups', run('sum_f64_grouped', doubles.byteOffset, N, placedGroups, stateAt(0), stateAt(1)), sumGrouped],
  ['sum of int64', run('sum_i64', a.byteOffset, N, stateAt(0), stateAt(1), stateAt(2)), () => { let sum = 0n; for (let k = 0; k < N; k++) sum += a[k] as bigint; out[0] = BigInt.asIntN(64, sum); }],
  ['numbers of 1000 keys', run('assign_i64', a.byteOffset, placedRows, N, -1, slots.byteOffset, slots.length - 1, keys.byteOffset, state.byteOffset, kernels.outAddress), keyNumbers()],
];

function keyNumbers(): () => void {
  const numbers = new Map<number, number>();
  return () => { for (let k = 0; k < N; k++) { const key = halves[k * 2] as number; let number = numbers.get(key); if (number === undefined) numbers.set(key, number = numbers.size); selected[k] = number; } };
}

function nsPerRow(work: () => void): number {
  let best = Infinity;
  for (let round = 0; round < 200; round++) {
    const started = process.hrtime.bigint();
    for (let times = 0; times < 10; times++) work();
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 10 / N);
  }
  return best;
}

console.log(' kernel    loop   ns a row');
for (const [name, kernel, loop] of CASES) console.log(`${nsPerRow(kernel).toFixed(2).padStart(7)}${nsPerRow(loop).toFixed(2).padStart(8)}   ${name}`);
