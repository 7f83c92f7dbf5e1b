/** All functions on time kinds, for the registry. Operators come in through `timeOperator`, LOWER and UPPER through `timeOverload`. */
import type { FunctionDefinition } from '../../function.ts';
import { BIN_FUNCTIONS } from './bins.ts';
import { CURRENT_TIME_FUNCTIONS } from './current.ts';
import { TIME_FIELD_FUNCTIONS } from './fields.ts';
import { PERIOD_FUNCTIONS } from './period-functions.ts';
import { TIME_SPAN_FUNCTIONS } from './spans.ts';

export const TIME_FUNCTIONS: readonly FunctionDefinition[] = [
  ...CURRENT_TIME_FUNCTIONS, ...TIME_FIELD_FUNCTIONS, ...BIN_FUNCTIONS, ...PERIOD_FUNCTIONS, ...TIME_SPAN_FUNCTIONS,
];
