/** What a server says and does depending on how old it is. */
export interface Abilities {
  /** That a subscription has caught up. */
  readonly saysCaughtUp: boolean;
  /** Where, and when. */
  readonly saysWhere: boolean;
}

export function abilitiesOf(version: string): Abilities {
  const [year = 0, month = 0] = version.split('.').map(Number);
  const isSince = (y: number, m: number) => year > y || (year === y && month >= m);
  return { saysCaughtUp: isSince(23, 10), saysWhere: isSince(25, 0) };
}

const streams = 'event_store.client.streams.streams';

/** What a client asks a server first: its version, and which calls it takes. */
export function supportedMethods(version: string): object {
  const method = (methodName: string, serviceName: string, features: readonly string[] = []) => ({
    methodName,
    serviceName,
    features,
  });
  return {
    eventStoreServerVersion: version,
    methods: [
      method('read', streams, ['position', 'events']),
      method('append', streams),
      method('batchappend', streams, ['deadline_duration']),
      method('delete', streams),
      method('tombstone', streams),
      method('getsupportedmethods', 'event_store.client.server_features.serverfeatures'),
      method('read', 'event_store.client.gossip.gossip'),
    ],
  };
}
