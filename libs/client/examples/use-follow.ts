import type { FollowOptions, FollowStatus, MasarClient, MasarDocument, MessageOf } from '@masar/client';
import { useEffect, useRef, useState } from 'react';

/** What is known so far, and how well. */
export interface Followed<State> {
  readonly state: State;
  readonly status: FollowStatus;
}

/**
 * Folds the messages of a subscription into a state for as long as the component is there.
 *
 * It begins anew, at `start`, where the client, the document, the variables or `after` are others. An error ends it and
 * stands in `status`: after a LogRewoundError, ask again for what the state began with.
 */
export function useFollow<Result, Variables, State>(
  client: MasarClient,
  document: MasarDocument<Result, Variables>,
  variables: Variables,
  start: { readonly state: State; readonly after: FollowOptions['after'] },
  fold: (state: State, message: MessageOf<Result>) => State,
): Followed<State> {
  const [followed, setFollowed] = useState<Followed<State>>({
    state: start.state,
    status: { state: 'idle' },
  });
  const latest = useRef({ variables, start, fold });
  useEffect(() => {
    latest.current = { variables, start, fold };
  });
  const key = JSON.stringify([variables, start.after]);

  useEffect(() => {
    const leaving = new AbortController();
    const { variables: asked, start: from } = latest.current;
    setFollowed({ state: from.state, status: { state: 'idle' } });
    const run = async () => {
      const messages = client.follow<Result, Variables>(document, asked, {
        after: from.after,
        signal: leaving.signal,
        onStatus: (status) => {
          if (!leaving.signal.aborted) setFollowed(({ state }) => ({ state, status }));
        },
      });
      for await (const message of messages) {
        setFollowed(({ state, status }) => ({ state: latest.current.fold(state, message), status }));
      }
    };
    // What it ended with is in the status.
    run().catch(() => undefined);
    return () => leaving.abort();
  }, [client, document, key]);

  return followed;
}
