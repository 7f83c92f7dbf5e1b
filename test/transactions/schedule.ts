/**
 * One schedule: clients take turns at random, and the model judges every answer as it comes.
 *
 *   client A   BEGIN ─ read ─ write ─────────────── COMMIT
 *   client B              └── autocommit ─ BEGIN ─ write ─ COMMIT
 *   model      head₀ ──────── head₁ ──────────────────── head₂ …
 *
 * Inside a transaction answers must be those of the head at its BEGIN plus its own writes. At COMMIT everything it was told must hold at the
 * head of that moment too: then it must succeed, else it must end with 40001 and leave nothing.
 */
import { ManualClock } from '../../src/base/clock.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { openNode } from '../../src/database/node.ts';
import { type Client, openClient } from './client.ts';
import { EMPTY, insert, type Statement, type Tables, type Told } from './model.ts';
import { randomRead, randomWrite } from './random-statement.ts';

interface OpenTransaction { readonly text: string; tables: Tables; readonly told: { readonly statement: Statement; readonly told: Told }[]; readonly systemTime: bigint | undefined }
interface Player { readonly name: string; readonly client: Client; transaction: OpenTransaction | undefined; last: Told | undefined }
/** What a player does at its turn, chosen before anything runs, so that two may do it at once. */
type Action =
  | { readonly kind: 'begin'; readonly text: string; readonly systemTime: bigint | undefined }
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'autocommit'; readonly statement: Statement }
  | { readonly kind: 'commit' } | { readonly kind: 'rollback' };
interface Done { readonly player: Player; readonly action: Action; readonly told: Told; readonly transactionId: bigint }

export interface ScheduleCounts { committed: number; conflicts: number; aborted: number; rolledBack: number; statements: number }

const STEP_COUNT = 30;
const STEP_MICROS = 1000n;
const START_MICROS = 1_600_000_000_000_000n;
const same = (a: Told, b: Told): boolean => JSON.stringify(a) === JSON.stringify(b);
const isError = (told: Told, ...codes: readonly string[]): boolean => 'error' in told && codes.includes(told.error);

/** The time of a transaction that says it: now, soon, or long ago. */
const timeText = (micros: bigint): string => `TIMESTAMP '${new Date(Number(micros / 1000n)).toISOString().slice(0, -1)}${String(micros % 1000n).padStart(3, '0')}Z'`;

class Schedule {
  readonly #seed: number;
  readonly #random: SeededRandom;
  readonly #clock = new ManualClock(START_MICROS);
  readonly #players: Player[] = [];
  readonly #transcript: string[] = [];
  readonly #committed = new Set<bigint>();
  readonly counts: ScheduleCounts = { committed: 0, conflicts: 0, aborted: 0, rolledBack: 0, statements: 0 };
  #head: Tables = EMPTY;

  constructor(seed: number) { this.#seed = seed; this.#random = new SeededRandom(seed); }

  async run(): Promise<void> {
    const node = await openNode({ clock: this.#clock, random: new SeededRandom(this.#seed) });
    try {
      const count = 2 + this.#random.integer(2);
      for (let i = 0; i < count; i++) this.#players.push({ name: 'ABC'.charAt(i), client: await openClient(node), transaction: undefined, last: undefined });
      await this.#setUp();
      for (let step = 0; step < STEP_COUNT; step++) await this.#step();
      for (const player of this.#players) if (player.transaction !== undefined) this.#judge([await this.#do(player, { kind: 'rollback' })]);
      await this.#judgeEnd();
    } finally {
      for (const { client } of this.#players) await client.close();
      await node.close();
    }
  }

  async #setUp(): Promise<void> {
    for (const table of ['acc', 'log'] as const) {
      const rows = [0, 1, 2, 3].map((id) => [id, { n: this.#random.integer(9), g: id % 3 }] as const);
      await this.#turn([[this.#player(), { kind: 'autocommit', statement: insert(table, rows) }]]);
    }
  }

  #player(): Player { return this.#random.pick(this.#players); }

  async #step(): Promise<void> {
    const open = this.#players.filter(({ transaction, client }) => transaction !== undefined && !client.isFailed());
    if (open.length > 1 && this.#random.unit() < 0.15) return this.#turn(open.map((player) => [player, { kind: 'commit' }] as const));
    const first = this.#player();
    const chosen: (readonly [Player, Action])[] = [[first, this.#choose(first)]];
    const second = this.#player();
    // What is told at once with a commit has no place of its own, so only what is in a transaction or writes goes together.
    const isAlone = (action: Action): boolean => action.kind === 'begin' || (action.kind === 'autocommit' && action.statement.kind === 'read');
    if (second !== first && this.#random.unit() < 0.25) {
      const action = this.#choose(second);
      if (!isAlone(chosen[0]?.[1] as Action) && !isAlone(action)) chosen.push([second, action]);
    }
    await this.#turn(chosen);
  }

  async #turn(chosen: readonly (readonly [Player, Action])[]): Promise<void> {
    this.#clock.advance(STEP_MICROS);
    for (const [{ transaction }, action] of chosen) {
      const own = action.kind === 'commit' ? transaction?.systemTime : undefined;
      // Nobody looks from before a commit that says a time to come.
      if (own !== undefined && own >= this.#clock.nowMicros()) this.#clock.set(own + STEP_MICROS);
    }
    this.#judge(await Promise.all(chosen.map(([player, action]) => this.#do(player, action))));
  }

  #choose({ client, transaction, last }: Player): Action {
    const random = this.#random;
    if (transaction === undefined) {
      const kind = random.unit();
      if (kind < 0.5) {
        const systemTime = random.unit() < 0.2 ? this.#clock.nowMicros() + random.pick([STEP_MICROS, 3000n, 12_000n, -50_000n]) : undefined;
        return { kind: 'begin', text: `BEGIN READ WRITE${systemTime === undefined ? '' : ` WITH (SYSTEM_TIME = ${timeText(systemTime)})`}`, systemTime };
      }
      return { kind: 'autocommit', statement: kind < 0.85 ? randomWrite(random, last) : randomRead(random) };
    }
    if (client.isFailed()) return { kind: random.pick(['commit', 'rollback']) };
    const kind = random.unit();
    if (kind < 0.3) return { kind: 'statement', statement: randomRead(random) };
    if (kind < 0.65) return { kind: 'statement', statement: randomWrite(random, last) };
    return { kind: kind < 0.92 ? 'commit' : 'rollback' };
  }

  async #do(player: Player, action: Action): Promise<Done> {
    const text = action.kind === 'begin' ? action.text : 'statement' in action ? action.statement.text : action.kind.toUpperCase();
    const told = await player.client.tell(text);
    const transactionId = (action.kind === 'autocommit' && action.statement.kind === 'write') || action.kind === 'commit' ? await player.client.latestTransaction() : -1n;
    this.#transcript.push(`${player.name}  ${text}  →  ${JSON.stringify(told)}${transactionId === -1n ? '' : ` tx ${transactionId}`}`);
    this.counts.statements++;
    return { player, action, told, transactionId };
  }

  /** What ran together is judged in the order of its transactions. */
  #judge(done: readonly Done[]): void {
    const before = this.#head;
    const inOrder = [...done].sort((a, b) => Number(a.transactionId - b.transactionId));
    const heads = [before];
    for (const one of inOrder) if (!('error' in one.told)) { this.#judgeOne(one, heads); heads.push(this.#head); }
    for (const one of inOrder) if ('error' in one.told) this.#judgeOne(one, heads);
  }

  #judgeOne({ player, action, told, transactionId }: Done, heads: readonly Tables[]): void {
    if (action.kind === 'begin') {
      this.#expect('error' in told === false, 'BEGIN succeeds', told);
      player.transaction = { text: action.text, tables: this.#head, told: [], systemTime: action.systemTime };
    } else if (action.kind === 'autocommit') { this.#judgeAutocommit(action.statement, told, transactionId, heads); player.last = told; }
    else if (action.kind === 'statement') { this.#judgeStatement(player, action.statement, told); player.last = told; }
    else if (action.kind === 'rollback' || player.transaction?.text === 'failed') { player.transaction = undefined; this.counts.rolledBack++; }
    else { this.#judgeCommit(player, told, transactionId, heads); player.transaction = undefined; }
  }

  #judgeAutocommit(statement: Statement, told: Told, transactionId: bigint, heads: readonly Tables[]): void {
    if ('error' in told) {
      this.#expect(heads.some((head) => same(statement.run(head).told, told)), `${statement.text} fails in the model too`, told);
      this.#countFailure(statement);
      return;
    }
    const expected = statement.run(this.#head);
    this.#expect(same(expected.told, told), `the model says ${JSON.stringify(expected.told)}`, told);
    this.#head = expected.tables;
    if (statement.kind === 'write') this.#record(transactionId);
  }

  #judgeStatement(player: Player, statement: Statement, told: Told): void {
    const transaction = player.transaction as OpenTransaction;
    const expected = statement.run(transaction.tables);
    this.#expect(same(expected.told, told), `inside the transaction the model says ${JSON.stringify(expected.told)}`, told);
    if ('error' in told) { player.transaction = { ...transaction, text: 'failed' }; this.#countFailure(statement); return; }
    transaction.tables = expected.tables;
    transaction.told.push({ statement, told });
  }

  /** A query that fails leaves nothing in `xt.txs`. */
  #countFailure({ kind }: Statement): void { if (kind === 'write') this.counts.aborted++; }

  /** The tables after the transaction, where all that it was told holds on these. */
  #replay(transaction: OpenTransaction, tables: Tables): Tables | undefined {
    let current = tables;
    for (const { statement, told } of transaction.told) {
      const outcome = statement.run(current);
      if (!same(outcome.told, told)) return undefined;
      current = outcome.tables;
    }
    return current;
  }

  #judgeCommit({ transaction }: Player, told: Told, transactionId: bigint, heads: readonly Tables[]): void {
    if (transaction === undefined) throw new Error('only open transactions commit');
    if (isError(told, '40001')) {
      this.#expect(heads.some((head) => this.#replay(transaction, head) === undefined), 'what the transaction was told still holds', told);
      this.counts.conflicts++;
    } else if ('error' in told) {
      this.#expect(transaction.systemTime !== undefined, 'only a time that is past may be refused', told);
      this.counts.aborted++;
    } else {
      // Reads alone are true where the transaction began; with a write, also one that finds no row, it has a place of its own.
      if (!transaction.told.some(({ statement }) => statement.kind === 'write')) return;
      const after = this.#replay(transaction, this.#head);
      this.#expect(after !== undefined, 'something that the transaction was told does not hold at its commit', told);
      this.#head = after as Tables;
      this.#record(transactionId);
    }
  }

  #record(transactionId: bigint): void {
    this.#expect(!this.#committed.has(transactionId), 'each transaction has a number of its own', { count: Number(transactionId) });
    this.#committed.add(transactionId);
    this.counts.committed++;
  }

  async #judgeEnd(): Promise<void> {
    const { client } = this.#players[0] as Player;
    for (const table of ['acc', 'log'] as const) {
      const told = await client.tell(`SELECT _id, n, g FROM ${table}`);
      const expected = { rows: [...(this.#head[table] ?? [])].map(([id, { n, g }]) => `${id},${n},${g}`).sort() };
      this.#expect(this.#head[table] === undefined ? isError(told, '42P01') : same(expected, told), `${table} ends as ${JSON.stringify(expected)}`, told);
    }
    const rows = await client.rows('SELECT _id, committed, error FROM xt.txs');
    const committed = rows.filter(([, isCommitted]) => isCommitted === true).map(([id]) => String(id)).sort();
    this.#expect(committed.join() === [...this.#committed].map(String).sort().join(), `xt.txs has the committed transactions ${[...this.#committed].join()}`, { rows: committed });
    const aborted = rows.filter(([, isCommitted]) => isCommitted === false);
    this.#expect(aborted.length === this.counts.aborted && aborted.every(([, , error]) => error !== null), `xt.txs has ${this.counts.aborted} aborted transactions with their errors`, { count: aborted.length });
  }

  #expect(holds: boolean, what: string, told: Told): void {
    if (!holds) throw new Error(`schedule ${this.#seed}: ${what}, but the client was told ${JSON.stringify(told)}\n${this.#transcript.join('\n')}`);
  }
}

/** Plays the schedule of a seed. Throws with a transcript where database and model differ. */
export async function playSchedule(seed: number): Promise<ScheduleCounts> {
  const schedule = new Schedule(seed);
  await schedule.run();
  return schedule.counts;
}
