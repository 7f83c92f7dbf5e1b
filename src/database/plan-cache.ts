/**
 * Plans by statement text, types of parameters and the settings that change meaning. A plan is good as long as every table it names has the
 * shape it was made for; more rows do not matter, a new column or type does.
 */
import type { CatalogView } from '../catalog/table-source.ts';
import { isCurrent, type PlannedQuery } from '../tx/planning.ts';
import { WritePlans } from '../tx/write-plans.ts';
import { type KeyLookup, keyLookupOf } from '../tx/key-lookup.ts';

const PLANS_MAX = 512;
/** Longer texts are bulk loads: they come once. */
const TEXT_LENGTH_MAX = 20_000;

export interface CachedPlan {
  readonly key: string;
  readonly planned: PlannedQuery;
  readonly lookup: KeyLookup | undefined;
}

/** Least recently used goes first. One for each database. */
export class PlanCache {
  /** Those of DML. */
  readonly writes = new WritePlans();
  readonly #plans = new Map<string, CachedPlan>();

  /** The plan, if there is one that still means the same. */
  get(key: string, catalog: CatalogView): CachedPlan | undefined {
    const cached = this.#plans.get(key);
    if (cached === undefined) return undefined;
    this.#plans.delete(key);
    if (!isCurrent(cached.planned, catalog)) return undefined;
    this.#plans.set(key, cached);
    return cached;
  }

  put(key: string, planned: PlannedQuery): CachedPlan {
    const cached: CachedPlan = { key, planned, lookup: keyLookupOf(planned.plan) };
    if (key.length > TEXT_LENGTH_MAX) return cached;
    if (this.#plans.size >= PLANS_MAX) this.#plans.delete(this.#plans.keys().next().value as string);
    this.#plans.set(key, cached);
    return cached;
  }
}
