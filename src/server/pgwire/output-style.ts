/** Settings of a session that change how values look on the wire. */
import type { FallbackFormat } from '../../data/types/pg-types.ts';
import type { Session } from '../../database/session.ts';

export interface OutputStyle {
  /** For structs, lists, sets, unions and whatever else has no PostgreSQL type. */
  readonly fallback: FallbackFormat;
  /** `iso8601`: timestamps as `2020-01-01T00:00Z` instead of `2020-01-01 00:00:00+00:00`. */
  readonly dateStyle: 'iso' | 'iso8601';
}

const STYLES = new Map<string, OutputStyle>();
for (const fallback of ['json', 'json-ld', 'transit'] as const) {
  for (const dateStyle of ['iso', 'iso8601'] as const) STYLES.set(`${fallback} ${dateStyle}`, { fallback, dateStyle });
}
const DEFAULT = STYLES.get('json iso') as OutputStyle;

/** The style of a session; the same object for the same settings. Unknown settings mean the default. */
export function outputStyle(session: Session): OutputStyle {
  const fallback = (session.setting('fallback_output_format') ?? 'json').toLowerCase();
  const isIso8601 = /^\s*iso_?8601/i.test(session.setting('datestyle') ?? '');
  return STYLES.get(`${fallback} ${isIso8601 ? 'iso8601' : 'iso'}`) ?? DEFAULT;
}
