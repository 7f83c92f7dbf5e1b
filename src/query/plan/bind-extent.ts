/** The portion of valid time that DML touches, and stored periods cut to it. */
import { BOOL, INSTANT, notNull, nullable } from '../../data/types/type.ts';
import type { DmlExtent } from '../sql/ast.ts';
import { NO_ENVIRONMENT } from './query-environment.ts';
import { bindInstant } from './bind-temporal.ts';
import type { Binder } from './binder.ts';
import { makeCall } from './call-type.ts';
import { INSTANT_TARGET } from './bind-type.ts';
import { makeCast } from './cast-type.ts';
import { isLiteral } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';
import type { TemporalFilter } from './logical-plan.ts';

/** `from` NULL: the beginning of time; `to` NULL: ∞. */
export interface Extent { readonly filter: TemporalFilter; readonly from: BoundExpression; readonly to: BoundExpression }

const NULL_INSTANT: BoundExpression = { kind: 'literal', value: null, type: nullable(INSTANT) };

/** Without a clause: from now on. */
export function bindExtent(binder: Binder, extent: DmlExtent | undefined): Extent {
  if (extent?.kind === 'all') return { filter: { kind: 'all' }, from: NULL_INSTANT, to: NULL_INSTANT };
  const from = extent === undefined ? now(binder) : bindInstant(binder, extent.from, NO_ENVIRONMENT);
  const to = extent?.to === undefined ? NULL_INSTANT : bindInstant(binder, extent.to, NO_ENVIRONMENT);
  return { filter: { kind: 'from-to', from, to }, from, to };
}

export const now = (binder: Binder): BoundExpression => makeCast(makeCall('current_timestamp', [], undefined, binder.context.evaluation.zone), INSTANT_TARGET);

const isNull = (arg: BoundExpression): BoundExpression => ({ kind: 'is-null', arg, negated: false, type: notNull(BOOL) });

/** The later of the two, where NULL is the beginning of time. */
export function clampedFrom(stored: BoundExpression, extent: Extent): BoundExpression {
  if (isLiteral(extent.from, null)) return stored;
  const branches = [{ when: isNull(extent.from), then: stored }, { when: makeCall('>=', [stored, extent.from]), then: stored }];
  return { kind: 'case', branches: extent.from.type.nullable ? branches : branches.slice(1), otherwise: extent.from, type: nullable(INSTANT) };
}

/** The earlier of the two, where NULL is ∞. */
export function clampedTo(stored: BoundExpression, extent: Extent): BoundExpression {
  if (isLiteral(extent.to, null)) return stored;
  const branches = [{ when: isNull(extent.to), then: stored }, { when: makeCall('<=', [stored, extent.to]), then: stored }];
  return { kind: 'case', branches: extent.to.type.nullable ? branches : branches.slice(1), otherwise: extent.to, type: nullable(INSTANT) };
}
