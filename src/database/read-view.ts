/**
 * What statements see: a snapshot of their database, and one of each other database that they name, opened when they name it. As of
 * when they see the others is settled for all at once, at the first name or token, and at BEGIN for a whole transaction.
 */
import { catalogAsOf } from '../catalog/catalog-as-of.ts';
import type { EvaluationContext } from '../catalog/function.ts';
import { withSystemTables } from '../catalog/system/system-catalog.ts';
import { type CatalogView, MICROS_MIN, type PeerCatalog } from '../catalog/table-source.ts';
import type { Snapshot } from '../storage/storage.ts';
import { relationNames } from '../tx/relation-names.ts';
import { evaluationContext, type ReadView, type StatementEnvironment } from '../tx/statement-environment.ts';
import type { OpenDatabase } from './open-database.ts';

/** Options that move a view away from now. */
export interface ViewOptions {
  /** No later system time is seen, µs. */
  readonly systemMicrosMax?: bigint | undefined;
  readonly clockMicros?: bigint | undefined;
  /** The same for other databases, by name. */
  readonly peerMicrosMax?: ((database: string) => bigint | undefined) | undefined;
}

const earlier = (head: bigint, limit: bigint | undefined): bigint => (limit !== undefined && limit < head ? limit : head);

const asOf = (snapshot: Snapshot, limit: bigint | undefined): CatalogView => (limit === undefined ? snapshot.catalog : catalogAsOf(snapshot.catalog, limit));

/**
 * A snapshot as statements see it. CURRENT_TIMESTAMP is never before what the snapshot contains. The snapshot stays the caller's;
 * `release` closes those of other databases.
 */
export function readView(database: OpenDatabase, snapshot: Snapshot, options: ViewOptions = {}): ReadView {
  const head = snapshot.head.systemTime;
  const systemMicros = shownMicros(earlier(head, options.systemMicrosMax));
  const now = database.clock.nowMicros();
  const peers = new PeerSnapshots(database, options.peerMicrosMax);
  return withPeers({
    catalog: withSystemTables(asOf(snapshot, options.systemMicrosMax), database.facts),
    declaredType: (schema, table, column) => snapshot.declaredType(schema, table, column),
    clockMicros: options.clockMicros ?? (now > head ? now : head),
    systemMicros,
    snapshotTimes: () => new Map([[database.name, systemMicros], ...peers.times()]),
    release: () => { peers.close(); },
  }, peers);
}

/** What queries of a transaction see that may write: its own writes, and the others as of its BEGIN. Tokens name what it began with. */
export function transactionView(own: ReadView, database: OpenDatabase, snapshot: Snapshot, peers: PeerSnapshots): ReadView {
  const times = new Map([[database.name, shownMicros(snapshot.head.systemTime)], ...peers.times()]);
  return withPeers({ ...own, snapshotTimes: () => times, release: () => { peers.close(); } }, peers);
}

/** The view with earlier bounds; what it opened stays its own. */
export function earlierView(view: ReadView, { systemMicrosMax, clockMicros, peerMicrosMax = () => undefined }: ViewOptions): ReadView {
  const systemMicros = earlier(view.systemMicros, systemMicrosMax);
  const bounded = (name: string): PeerCatalog | undefined => {
    const peer = view.catalog.peer?.(name);
    if (peer === undefined) return undefined;
    const peerMicros = earlier(peer.systemMicros, peerMicrosMax(name));
    return { ...catalogAsOf(peer, peerMicros), systemMicros: peerMicros };
  };
  return {
    ...view, systemMicros, clockMicros: clockMicros ?? view.clockMicros,
    catalog: { ...catalogAsOf(view.catalog, systemMicros), peer: bounded },
    snapshotTimes: () => new Map([...view.snapshotTimes()].map(([name, micros]) => [name, earlier(micros, name === view.catalog.databaseName ? systemMicrosMax : peerMicrosMax(name))])),
  };
}

/** The view with the tables of other databases. */
export const withPeers = (view: ReadView, peers: PeerSnapshots): ReadView => ({ ...view, catalog: { ...view.catalog, peer: (name) => peers.find(name) } });

/** The view as DML has it: a transaction is of one database, and so are the names in it. */
export const withoutPeers = (view: ReadView): ReadView => ({ ...view, catalog: { ...view.catalog, peer: () => undefined } });

/** Before the first transaction there is nothing to see; tokens then name 1970. */
export const shownMicros = (head: bigint): bigint => (head === MICROS_MIN ? 0n : head);

/** Uses a view of the newest state, unless one is given; it is closed afterwards. */
export function withView<T>(database: OpenDatabase, given: ReadView | undefined, use: (view: ReadView) => T): T {
  if (given !== undefined) return use(given);
  const snapshot = database.storage.snapshot();
  const own = readView(database, snapshot);
  try { return use(own); } finally { own.release?.(); snapshot.close(); }
}

/** What expressions outside queries are evaluated in: options of BEGIN, values of SET, arguments of EXECUTE. */
export const sessionContext = (database: OpenDatabase, environment: StatementEnvironment): EvaluationContext =>
  withView(database, undefined, (view) => evaluationContext(environment, view, relationNames(view.catalog)));

/** Snapshots of other databases, each opened once, all as of the moment when the first of them was asked for. */
export class PeerSnapshots {
  readonly #database: OpenDatabase;
  readonly #limitOf: (name: string) => bigint | undefined;
  readonly #open = new Map<string, { readonly snapshot: Snapshot; readonly catalog: PeerCatalog }>();
  #times: ReadonlyMap<string, bigint> | undefined;

  constructor(database: OpenDatabase, limitOf: (name: string) => bigint | undefined = () => undefined) {
    this.#database = database;
    this.#limitOf = limitOf;
  }

  /** The last system time that is seen of each other database, µs; settled by the first call. */
  times(): ReadonlyMap<string, bigint> {
    if (this.#times !== undefined) return this.#times;
    const times = new Map<string, bigint>();
    for (const name of this.#database.siblings.names()) {
      const peer = name === this.#database.name ? undefined : this.#database.siblings.find(name);
      if (peer !== undefined) times.set(name, shownMicros(earlier(peer.storage.head().systemTime, this.#limitOf(name))));
    }
    this.#times = times;
    return times;
  }

  find(name: string): PeerCatalog | undefined {
    const known = this.#open.get(name);
    if (known !== undefined) return known.catalog;
    const peer = this.#database.siblings.find(name);
    if (peer === undefined) return undefined;
    // One that was attached later is seen as it is.
    const limit = this.times().get(name) ?? this.#limitOf(name);
    const snapshot = peer.storage.snapshot();
    const catalog: PeerCatalog = { ...withSystemTables(asOf(snapshot, limit), peer.facts), systemMicros: earlier(snapshot.head.systemTime, limit) };
    this.#open.set(name, { snapshot, catalog });
    return catalog;
  }

  close(): void {
    for (const { snapshot } of this.#open.values()) snapshot.close();
    this.#open.clear();
  }
}
