import type { Visibility } from '@masar/access';
import type { GraphQLSchema } from 'graphql';
import { getArgumentValues } from 'graphql';
import { argumentValidation } from '../platform/errors/validation.js';
import { badInput } from '../platform/errors/api-error.js';
import { isRootConditional, operationOf, rootFields } from '../platform/graphql/operation.js';
import { forbidden } from '../platform/read-context.js';
import type { LiveOperation } from '../platform/websocket/live-source.js';
import { type BodyDocument, bodyDocument } from './body-document.js';
import { type FilterInput, type LiveFilter, liveFilter } from './filter.js';
import { LiveArgs, type StartArgs, SummaryArgs } from './live-args.js';

/** A subscription as its source understands it. */
export interface LiveRequest {
  readonly field: 'events' | 'reformItemChanged' | 'summary';
  readonly start: StartArgs;
  readonly filter: LiveFilter;
  /** What the filter was made of, as spelled. */
  readonly given: FilterInput;
  readonly body: BodyDocument;
  /** What may be seen, of the programme where one is named: equal for all who are shown the same. */
  readonly visibility: Visibility;
}

const argumentsOf = { events: LiveArgs, reformItemChanged: LiveArgs, summary: SummaryArgs } as const;

const validation = argumentValidation();

/** @throws ApiError `BAD_USER_INPUT`, `FORBIDDEN` */
export async function liveRequest(
  schema: GraphQLSchema,
  { document, variables, visibility }: LiveOperation,
): Promise<LiveRequest> {
  const [node, ...others] = rootFields(document);
  const fields = schema.getRootType(operationOf(document).operation)?.getFields() ?? {};
  const field = node && fields[node.name.value];
  if (!field || !Object.hasOwn(argumentsOf, field.name)) {
    throw badInput([{ path: node?.name.value ?? '', message: 'is no subscription' }]);
  }
  if (others.length > 0 || isRootConditional(document)) {
    throw badInput([
      { path: field.name, message: 'is followed alone, and is not skipped: leave out its directives' },
    ]);
  }
  const name = field.name as LiveRequest['field'];
  const args = (await validation.transform(getArgumentValues(field, node, variables), {
    type: 'body',
    metatype: argumentsOf[name],
  })) as LiveArgs | SummaryArgs;
  const { programme } = args;
  if (programme !== undefined && !visibility.mayRead(programme)) throw forbidden('read', programme);
  return {
    field: name,
    start: args,
    filter: liveFilter(args),
    given: args,
    body: bodyDocument(document, variables),
    visibility: programme === undefined ? visibility : visibility.within(programme),
  };
}
