/**
 * Plans by statement text, types of parameters and the settings that change meaning. A plan is good as long as every table it names has the
 * shape it was made for; more rows do not matter, a new column or type does.
 */
import type { CatalogView } from '../catalog/table-source.ts';
import type { Type } from '../data/types/type.ts';
import { isCurrent, type PlannedQuery } from '../tx/planning.ts';
import { type KeyLookup, keyLookupOf } from '../tx/key-lookup.ts';

const PLANS_MAX = 512;
/** Longer texts are bulk loads: they come once. */
const TEXT_LENGTH_MAX = 20_000;

export interface CachedPlan {
  readonly key: string;
  readonly planned: PlannedQuery;
  readonly lookup: KeyLookup | undefined;
}

function typeKey(type: Type | undefined): string {
  if (type === undefined) return '?';
  switch (type.kind) {
    case 'int': case 'float': return `${type.kind}${type.bits}`;
    case 'text': case 'bool': case 'uuid': case 'date': case 'bytes': case 'keyword': return type.kind;
    default: return JSON.stringify(type);
  }
}

export function planKey(text: string, types: readonly (Type | undefined)[], zone: string): string {
  let key = `${zone}\n`;
  for (const type of types) key += `${typeKey(type)},`;
  return `${key}\n${text}`;
}

/** Least recently used goes first. One for each database. */
export class PlanCache {
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
