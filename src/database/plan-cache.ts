/**
 * Plans by statement, types of parameters and the settings that change meaning. A plan is good as long as every table it names has the
 * shape it was made for; more rows do not matter, a new column or type does.
 *
 * A statement goes by its text, or by the shape of its text and the literals that its plan depends on: see `known-texts.ts`.
 */
import { RecentMap } from '../base/recent-map.ts';
import type { CatalogView } from '../catalog/table-source.ts';
import { isCurrent, type PlannedQuery } from '../tx/planning.ts';
import { WritePlans } from '../tx/write-plans.ts';
import type { KeyLookup } from '../tx/key-lookup.ts';
import { KnownTexts } from './known-texts.ts';
import type { TextPlace } from './parsed.ts';

const PLANS_MAX = 512;
/** Longer texts are bulk loads: they come once. */
const TEXT_LENGTH_MAX = 20_000;

export interface CachedPlan {
  readonly planned: PlannedQuery;
  readonly lookup: KeyLookup | undefined;
  /** Where positions in the plan are. */
  readonly place: TextPlace;
}

/** Least recently used goes first. One for each database. */
export class PlanCache {
  /** Those of DML. */
  readonly writes = new WritePlans();
  readonly texts = new KnownTexts();
  readonly #plans = new RecentMap<string, CachedPlan>(PLANS_MAX);

  /** The plan, if there is one that still means the same. */
  get(key: string, catalog: CatalogView): CachedPlan | undefined {
    const cached = this.#plans.get(key);
    if (cached === undefined || isCurrent(cached.planned, catalog)) return cached;
    this.#plans.delete(key);
    return undefined;
  }

  put(key: string, plan: CachedPlan): void {
    if (key.length <= TEXT_LENGTH_MAX) this.#plans.set(key, plan);
  }
}
