import type { Bus } from '@trainyard/bus';
import { type EventCodec, type EventData, topicOf } from '@trainyard/contracts';

/** What the bus told of attempts, as the events have it. */
export type Observed =
  | { readonly type: 'TrainStarted'; readonly data: EventData['TrainStarted'] }
  | { readonly type: 'TrainProgressed'; readonly data: EventData['TrainProgressed'] };

/** Listens beside the services, as any other consumer may. */
export async function observe(bus: Bus, codec: EventCodec, tell: (observed: Observed) => void): Promise<void> {
  await bus.subscribe({
    group: 'bench',
    mode: 'broadcast',
    topics: [topicOf('TrainStarted'), topicOf('TrainProgressed')],
    handler: async (delivery) => {
      const { type, data } = await codec.decode(delivery);
      if (type === 'TrainStarted' || type === 'TrainProgressed') tell({ type, data } as Observed);
    },
  });
}
