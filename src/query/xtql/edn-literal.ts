/** Tagged literals: `#inst "2020-01-01"`, `#uuid "…"`, `#xt/date "…"`, `#time/duration "PT1H"` … as values. */
import { EngineError } from '../../base/errors.ts';
import { checkUri, parseHex, parseUuid } from '../../data/types/cast.ts';
import { parseDuration, parseIntervalLiteral } from '../../data/types/time/parse-interval.ts';
import { parseDate, parseLocalTimestamp, parseTime, parseTimestamp, parseZonedTimestamp } from '../../data/types/time/parse.ts';
import type { Value } from '../../data/types/value.ts';
import type { EdnForm } from './edn-form.ts';
import { describeForm } from './edn-form.ts';

type ReadText = (text: string) => Value;

/** An instant; one without an offset is in UTC, as `#inst` has it. */
function parseInst(text: string): Value {
  // The parts of an #inst may be left out from the right.
  const full = /^\d{4}$/.test(text) ? `${text}-01-01` : /^\d{4}-\d{2}$/.test(text) ? `${text}-01` : text;
  const parsed = parseTimestamp(full);
  return parsed.kind === 'timestamptz' ? parsed : { kind: 'timestamptz', unit: parsed.unit, value: parsed.value, zone: 'UTC' };
}

const zoned: ReadText = (text) => parseZonedTimestamp(text);
const local: ReadText = (text) => parseLocalTimestamp(text);
const time: ReadText = (text) => parseTime(text);
const duration: ReadText = (text) => parseDuration(text);
const interval: ReadText = (text) => parseIntervalLiteral(text);

const TEXT_TAGS: ReadonlyMap<string, ReadText> = new Map<string, ReadText>([
  ['inst', parseInst], ['xt/instant', parseInst], ['time/instant', parseInst],
  ['uuid', (text) => ({ kind: 'uuid', text: parseUuid(text) })],
  ['uri', (text) => ({ kind: 'uri', text: checkUri(text) })], ['xt/uri', (text) => ({ kind: 'uri', text: checkUri(text) })],
  ['xt/date', parseDate], ['time/date', parseDate], ['time/local-date', parseDate],
  ['xt/zdt', zoned], ['xt/zoned-date-time', zoned], ['xt/offset-date-time', zoned], ['time/zoned-date-time', zoned], ['time/offset-date-time', zoned],
  ['xt/ldt', local], ['xt/date-time', local], ['xt/local-date-time', local], ['time/date-time', local], ['time/local-date-time', local],
  ['xt/time', time], ['time/time', time], ['time/local-time', time],
  ['xt/duration', duration], ['time/duration', duration],
  ['xt/interval', interval], ['xt/interval-ym', interval], ['xt/interval-dt', interval], ['xt/interval-mdn', interval], ['xt/interval-mdm', interval], ['xt/period', interval], ['time/period', interval],
  ['xt/bytes', (text) => parseHex(text.replace(/^0x/, ''))], ['bytes', (text) => parseHex(text.replace(/^0x/, ''))],
  ['xt/keyword', (text) => ({ kind: 'keyword', name: text.replace(/^:/, '') })],
]);

/** The value of a tagged literal. Throws 42601 for tags that nobody knows, 22xxx for texts that the tag cannot take; `position` is the tag's. */
export function taggedLiteral(tag: string, form: EdnForm, position: number): Value {
  if (tag === 'xt/tstz-range') return range(form, position);
  const read = TEXT_TAGS.get(tag);
  if (read === undefined) throw new EngineError('syntax-error', `XTQL: unknown tag #${tag}`, { position, hint: `Known tags: ${[...TEXT_TAGS.keys()].map((known) => `#${known}`).join(', ')}.` });
  if (form.kind !== 'value' || typeof form.value !== 'string') throw new EngineError('syntax-error', `XTQL: #${tag} needs a string, found ${describeForm(form)}`, { position: form.start });
  try {
    return read(form.value);
  } catch (error) {
    if (error instanceof EngineError) throw error.at(form.start);
    throw error;
  }
}

function range(form: EdnForm, position: number): Value {
  const items = form.kind === 'vector' ? form.items : [];
  const ends = items.map((item): bigint | null | undefined => {
    if (item.kind !== 'value') return undefined;
    if (item.value === null) return null;
    return typeof item.value === 'object' && 'kind' in item.value && item.value.kind === 'timestamptz' && item.value.unit === 'us' ? item.value.value : undefined;
  });
  const [from, to] = ends;
  if (ends.length !== 2 || from === undefined || to === undefined) throw new EngineError('syntax-error', 'XTQL: #xt/tstz-range needs a vector of two instants, or nil for no end', { position });
  return { kind: 'period', from, to };
}
