import type { Aggregate, Announcement, Command, Wake } from '../aggregate.js';

/** An aggregate in a test: commands in, its state and what it announced so far out. No store, no bus. */
export class Played<State, C extends Command, Event extends { readonly type: string }> {
  state: State | undefined;
  readonly announced: Announcement[] = [];

  constructor(
    private readonly aggregate: Aggregate<State, C, Event>,
    private readonly id: string,
  ) {}

  /** Decides and applies one command; answers with the types of its events. */
  tell(command: C | Wake, now = 0): string[] {
    const events = this.aggregate.decide(this.state, command, { id: this.id, now });
    for (const event of events) {
      this.state = this.aggregate.evolve(this.state, event);
      this.announced.push(...this.aggregate.announce(event, this.state));
    }
    return events.map(({ type }) => type);
  }

  /** The data of what was announced under a type. */
  said<T extends Announcement['type']>(type: T): Extract<Announcement, { type: T }>['data'][] {
    return this.announced.filter((announcement) => announcement.type === type).map(({ data }) => data) as never;
  }
}
