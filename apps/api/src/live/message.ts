import type { View } from '../read/view.js';

type MessageType =
  | 'EventRecorded'
  | 'ReformItemChanged'
  | 'SummaryChanged'
  | 'CatchingUp'
  | 'CaughtUp'
  | 'FellBehind'
  | 'Hidden'
  | 'Revealed';

/** What a message says, wherever its readers are. */
export interface Content {
  /** Names it among all messages of one document. */
  readonly key: string;
  readonly type: MessageType;
  /** Its fields beside `position` and `covers`. */
  readonly fields:
    | { readonly fixed: object }
    /** Read from the read models, at its position; what a getter gives is read where the field is asked for. */
    | { readonly read: (view: View) => object };
}

/** One message, as everybody who is shown it is sent it; what it covers begins where each follower's last one ended. */
export interface Message extends Content {
  /** What it says is true here; undefined: wherever the follower is. */
  readonly position: number | undefined;
  /** Where what it covers ends; undefined: where it begins. */
  readonly upTo: number | undefined;
}

/** The messages of one event, or of one moment: they are sent together or not at all. */
export interface Step {
  readonly messages: readonly Message[];
  /** Where a follower is once it was sent them. */
  readonly upTo: number;
  /** What it says as a whole, where saying it twice is of no use: a follower told the same is not told again. */
  readonly digest?: string;
}

/** Gives each message of an event the end of what it covers: none but the last covers the event itself. */
export function stepAt(position: number, messages: readonly Content[]): Step | undefined {
  if (messages.length === 0) return undefined;
  const last = messages.length - 1;
  return {
    upTo: position,
    messages: messages.map((message, index) => ({
      ...message,
      position,
      upTo: index === last ? position : position - 1,
    })),
  };
}

export function caughtUp(position: number, recordedAt: string | null): Step {
  const message: Message = {
    key: `CaughtUp@${position}`,
    type: 'CaughtUp',
    position,
    upTo: position,
    fields: { fixed: { recordedAt } },
  };
  return { messages: [message], upTo: position };
}

/** Up to here the log was examined for one that catches up, and nothing in it is asked for. */
export function catchingUp(position: number): Step {
  const key = `CatchingUp@${position}`;
  return {
    messages: [{ key, type: 'CatchingUp', position, upTo: position, fields: { fixed: {} } }],
    upTo: position,
  };
}

/** Covers nothing: what it announces begins where the follower is. */
export const fellBehind: Message = {
  key: 'FellBehind',
  type: 'FellBehind',
  position: undefined,
  upTo: undefined,
  fields: { fixed: {} },
};
