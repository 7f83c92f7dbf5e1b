/** One Query message: the statements of a text, one after the other, all results as text. */
import type { TimeSlice } from '../../base/turn.ts';
import type { ParsedStatement, Session } from '../../database/session.ts';
import { commandComplete, emptyQueryResponse, rowDescription } from './backend-messages.ts';
import type { Output } from './output.ts';
import { outputStyle } from './output-style.ts';
import { refuseCopy } from './prepared-statement.ts';
import { ResultStream } from './result-stream.ts';
import { RowEncoder } from './row-encoder.ts';
import { wireColumns } from './wire-type.ts';

const TEXT = (): number => 0;

/** `onDone` is called after each statement. The first error ends the message and is thrown. */
export async function runSimpleQuery(text: string, session: Session, output: Output, slice: TimeSlice, onDone: (statement: ParsedStatement) => void): Promise<void> {
  let isEmpty = true;
  for (const statement of session.parse(text)) {
    if (statement.kind === 'empty') continue;
    isEmpty = false;
    await runStatement(statement, session, output, slice);
    onDone(statement);
  }
  if (isEmpty) emptyQueryResponse(output.writer);
}

async function runStatement(statement: ParsedStatement, session: Session, output: Output, slice: TimeSlice): Promise<void> {
  refuseCopy(statement);
  const result = await session.execute(statement, []);
  const style = outputStyle(session);
  const columns = result.columns === undefined ? undefined : wireColumns(result.columns, style.fallback);
  if (columns !== undefined) rowDescription(output.writer, columns, TEXT);
  const stream = new ResultStream(result, columns === undefined ? undefined : new RowEncoder(columns, [], style));
  try {
    await stream.send(output, slice, Infinity);
    commandComplete(output.writer, stream.tag());
  } finally {
    await stream.close();
  }
}
