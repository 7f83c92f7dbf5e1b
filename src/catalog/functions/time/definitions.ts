/** All functions on time kinds, for the registry. Operators come in through `timeOperator`, LOWER and UPPER through `timeOverload`. */
import type { FunctionDefinition } from '../../function.ts';
import { AT_TIME_ZONE_FUNCTIONS } from './at-time-zone.ts';
import { BIN_FUNCTIONS } from './bins.ts';
import { CURRENT_TIME_FUNCTIONS } from './current.ts';
import { TIME_FIELD_FUNCTIONS } from './fields.ts';
import { PERIOD_FUNCTIONS } from './periods.ts';
import { SERIES_FUNCTIONS } from './series-functions.ts';
import { TIME_SPAN_FUNCTIONS } from './spans.ts';

export const TIME_FUNCTIONS: readonly FunctionDefinition[] = [
  ...CURRENT_TIME_FUNCTIONS, ...TIME_FIELD_FUNCTIONS, ...BIN_FUNCTIONS, ...PERIOD_FUNCTIONS, ...TIME_SPAN_FUNCTIONS,
  ...AT_TIME_ZONE_FUNCTIONS, ...SERIES_FUNCTIONS,
];
