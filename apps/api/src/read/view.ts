import { type Day, firstDay } from '@masar/domain';
import { At, CursorError, type Pinned, decodeCursor } from '@masar/read-models';
import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Min, ValidateNested } from 'class-validator';
import type { Backend } from '../backend.js';
import { ApiError, badInput } from '../platform/errors/api-error.js';
import { PageArgs } from '../platform/limits/page-args.js';
import type { PinnedRead } from '../platform/read-side.js';
import type { ReadContext } from '../platform/read-context.js';
import { InstantScalar, PositionScalar } from '../schema/scalars.js';

/** What a request reads through: one position, and one schema a read model. */
export interface ModelsPinned extends PinnedRead {
  readonly pinned: Pinned;
}

/** What resolvers read through. */
export type Request = ReadContext<ModelsPinned>;

@InputType({
  description:
    'What was known then: a position of the log, or a time something was recorded. One of the two.',
})
export class AsOfInput {
  @Field(() => PositionScalar, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  position?: number;

  @Field(() => InstantScalar, { nullable: true })
  @IsOptional()
  @IsString()
  recordedAt?: string;
}

const asOfDescription = 'Answer as known then. Left out: as known now.';
const atLeastDescription =
  'Wait until the answer is known at least up to this position; NOT_YET with the position reached where that takes too long.';

@ArgsType()
export class ViewArgs {
  @Field(() => AsOfInput, { nullable: true, description: asOfDescription })
  @IsOptional()
  @Type(() => AsOfInput)
  @ValidateNested()
  asOf?: AsOfInput;

  @Field(() => PositionScalar, { nullable: true, description: atLeastDescription })
  @IsOptional()
  @IsInt()
  @Min(0)
  atLeast?: number;
}

@ArgsType()
export class PagedViewArgs extends PageArgs {
  @Field(() => AsOfInput, { nullable: true, description: asOfDescription })
  @IsOptional()
  @Type(() => AsOfInput)
  @ValidateNested()
  asOf?: AsOfInput;

  @Field(() => PositionScalar, { nullable: true, description: atLeastDescription })
  @IsOptional()
  @IsInt()
  @Min(0)
  atLeast?: number;
}

/** `effectiveOn`, for what has states. */
export const effectiveOnField = {
  nullable: true,
  description: 'As it stood on that day, as known. Left out: after everything known.',
};

/** Where the fields below a root field read; every object carries the one it was read by. */
export interface View {
  readonly at: At;
  readonly effectiveOn?: string | undefined;
}

/** The view a root field asks for: the request's one pin, as of the position asked for. */
export async function openView(
  request: Request,
  { pool, log }: Backend,
  { asOf, effectiveOn }: { readonly asOf?: AsOfInput | undefined; readonly effectiveOn?: string | undefined },
): Promise<View> {
  const { pinned } = await request.pinned();
  let { position } = pinned;
  if (asOf) {
    const { position: asked, recordedAt } = asOf;
    if ((asked === undefined) === (recordedAt === undefined)) {
      throw badInput([{ path: 'asOf', message: 'takes either a position or a recordedAt' }]);
    }
    if (asked !== undefined && asked > position) {
      throw new ApiError('NOT_YET', `nothing is known beyond position ${position} yet`, {
        reached: position,
      });
    }
    position = asked ?? Math.min(position, await log.positionAt(recordedAt!));
  }
  return { at: new At(pool, pinned, position, request.visibility.restricted), effectiveOn };
}

/**
 * The day that is asked where what is computed depends on one and nobody says which: that of `effectiveOn`, or else the day
 * the last event up to the position of the answer was recorded. So an answer depends on its position, and on no clock.
 */
export async function computedOn(
  request: Request,
  { log }: Backend,
  { view, lastRecordedAt }: { readonly view: View | undefined; readonly lastRecordedAt?: string },
): Promise<Day> {
  if (!view) return lastRecordedAt?.slice(0, 10) ?? firstDay;
  if (view.effectiveOn !== undefined) return view.effectiveOn;
  const { position } = view.at;
  return request.loader(`recordedOn@${position}`, async () => {
    const [last] = position === 0 ? [] : await log.readAll(position - 1, 1);
    return last?.recordedAt.slice(0, 10) ?? firstDay;
  });
}

/** The view of a further page: that of the first, which the cursor carries. */
export async function openPage(
  request: Request,
  backend: Backend,
  args: PagedViewArgs & { readonly effectiveOn?: string | undefined },
  listing: string,
): Promise<{
  readonly view: View;
  readonly log: string;
  readonly keys: readonly (string | number)[] | undefined;
}> {
  const { logId, epoch } = await backend.log.identity();
  const log = `${logId}/${epoch}`;
  if (args.after === undefined) return { view: await openView(request, backend, args), log, keys: undefined };
  const { position, keys } = cursorOf(args.after, listing, log);
  const view = await openView(request, backend, { effectiveOn: args.effectiveOn, asOf: { position } });
  return { view, log, keys };
}

function cursorOf(
  text: string,
  listing: string,
  log: string,
): { position: number; keys: readonly (string | number)[] } {
  try {
    return decodeCursor(text, listing, log);
  } catch (error) {
    if (!(error instanceof CursorError)) throw error;
    if (error.code === 'CURSOR_EXPIRED') throw new ApiError('LOG_REWOUND', error.message);
    throw badInput([{ path: 'after', message: error.message }]);
  }
}

/** The programmes a request may see: undefined for all. Asks for leave where one is named. */
export function readable(request: ReadContext, programme: string | undefined): readonly string[] | undefined {
  if (programme !== undefined) {
    request.requireRead(programme);
    return undefined;
  }
  const { readable: programmes } = request.visibility;
  return programmes === 'all' ? undefined : programmes;
}
