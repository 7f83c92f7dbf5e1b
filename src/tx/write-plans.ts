/**
 * Bound DML by text, as `PlanCache` has queries: a statement that comes again is neither bound nor planned. A plan is good as long as every
 * table that it names, the written one included, has the shape it was made for.
 */
import type { CatalogView } from '../catalog/table-source.ts';
import type { BoundDml } from '../query/plan/dml.ts';
import { type ConstantRow, constantRowsOf } from '../query/plan/constant-rows.ts';
import type { EvaluationContext } from '../catalog/function.ts';
import { isCurrent, type PlannedQuery, planQuery } from './planning.ts';

const PLANS_MAX = 256;
/** Longer texts are bulk loads: they come once. */
const TEXT_LENGTH_MAX = 20_000;

export interface WritePlan {
  readonly dml: BoundDml;
  /** How its rows come about: read off, or run. */
  readonly rows: { readonly kind: 'constant'; readonly rows: readonly ConstantRow[] } | { readonly kind: 'planned'; readonly planned: PlannedQuery };
  /** Shape version of the written table; undefined when there was none yet, or none is written. */
  readonly targetVersion: number | undefined;
}

const targetVersion = (dml: BoundDml, catalog: CatalogView): number | undefined =>
  (dml.kind === 'assert' ? undefined : catalog.table(dml.schema, dml.table)?.shape.shapeVersion);

export function planWrite(dml: BoundDml, catalog: CatalogView, evaluation: EvaluationContext): WritePlan {
  const constant = dml.kind === 'insert' ? constantRowsOf(dml.source.plan) : undefined;
  return {
    dml,
    rows: constant === undefined ? { kind: 'planned', planned: planQuery(dml.source, evaluation) } : { kind: 'constant', rows: constant },
    targetVersion: targetVersion(dml, catalog),
  };
}

/** Least recently used goes first. One for each database. */
export class WritePlans {
  readonly #plans = new Map<string, WritePlan>();

  /** The plan, if there is one that still means the same. */
  get(key: string, catalog: CatalogView): WritePlan | undefined {
    const plan = this.#plans.get(key);
    if (plan === undefined) return undefined;
    this.#plans.delete(key);
    const isGood = targetVersion(plan.dml, catalog) === plan.targetVersion && (plan.rows.kind === 'constant' || isCurrent(plan.rows.planned, catalog));
    if (!isGood) return undefined;
    this.#plans.set(key, plan);
    return plan;
  }

  put(key: string, plan: WritePlan): void {
    if (key.length > TEXT_LENGTH_MAX) return;
    if (this.#plans.size >= PLANS_MAX) this.#plans.delete(this.#plans.keys().next().value as string);
    this.#plans.set(key, plan);
  }
}
