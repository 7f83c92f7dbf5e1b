/** GENERATE_SERIES and RANGE as values: the whole series in a list. (In FROM they are rows, made one by one.) */
import { EngineError } from '../../../base/errors.ts';
import { notNull } from '../../../data/types/type.ts';
import type { Value } from '../../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition, Overload } from '../../function.ts';
import { scalar } from '../definition.ts';
import { seriesOverload } from './series.ts';

/** A longer list as one value is refused. */
const SERIES_COUNT_MAX = 10_000_000;

function collect(values: Iterable<Value>): readonly Value[] {
  const items: Value[] = [];
  for (const value of values) {
    if (items.length === SERIES_COUNT_MAX) throw new EngineError('value-too-large', `A series as a list has at most ${SERIES_COUNT_MAX} values`, { hint: 'Use it in FROM, where it is rows.' });
    items.push(value);
  }
  return items;
}

const resolveSeries = (isInclusive: boolean) => (args: readonly ArgumentType[]): Overload | undefined => {
  const [from, to, step] = [args[0]?.type, args[1]?.type, args[2]?.type];
  const series = from === undefined || to === undefined ? undefined : seriesOverload(from, to, step);
  return series && {
    result: notNull({ kind: 'list', element: series.result }), mayRaise: true,
    call: (_, first, last, by) => collect(series.iterate(first as Value, last as Value, by, isInclusive)),
  };
};

export const SERIES_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('list', {
    name: 'generate_series', arity: [2, 3], resolve: resolveSeries(true), signature: 'GENERATE_SERIES(from, to[, step]) → list',
    doc: 'The values from the first to the last, which belongs to it; points in time step by an interval.', example: 'GENERATE_SERIES(1, 5, 2)',
  }),
  scalar('list', {
    name: 'range', arity: [2, 3], resolve: resolveSeries(false), signature: 'RANGE(from, to[, step]) → list',
    doc: 'The values from the first on and before the last; points in time step by an interval.', example: 'RANGE(1, 5)',
  }),
];
