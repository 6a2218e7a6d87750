import type { Bus, BusMessage, Delivery, Subscription } from '@trainyard/bus';
import type { Incarnation } from './incarnation.js';
import type { World } from './world.js';

interface Member {
  readonly life: Incarnation;
  readonly subscription: Subscription;
}

/** One key of one topic in one group: its messages are delivered one after the other. */
interface Lane {
  readonly pending: { readonly message: BusMessage; readonly offset: string; attempt: number }[];
  busy: boolean;
}

class Group {
  readonly members: Member[] = [];
  readonly lanes = new Map<string, Lane>();
}

/** Kafka's promises and no more: at least once, in order for each key, to one member of each group. */
export class SimulatedBus {
  /** Every message that was ever published, in order: what a log reader would see. */
  readonly log: BusMessage[] = [];
  private readonly groups = new Map<string, Group>();
  private readonly listeners: Member[] = [];

  constructor(private readonly world: World) {}

  /** The bus as one life of a process sees it. */
  of(life: Incarnation): Bus {
    return {
      ensureTopics: () => life.step('ensureTopics', async () => {}),
      publish: (messages) =>
        life.step('publish', async () => {
          for (const message of messages) this.append(message);
        }),
      subscribe: async (subscription) => {
        this.join({ life, subscription });
        return { stop: async () => this.leave(life) };
      },
      connected: () => true,
      close: async () => this.leave(life),
    };
  }

  /** Puts a message on its topic, as a producer outside the platform does. */
  append(message: BusMessage): void {
    const offset = String(this.log.push(message));
    for (const group of this.groups.values()) {
      if (group.members.length === 0 || group.members[0]?.subscription.topics.includes(message.topic)) {
        this.enqueue(group, `${message.topic}/${message.key}`, message, offset);
      }
    }
    for (const { life, subscription } of this.listeners) {
      if (!life.alive || !subscription.topics.includes(message.topic) || this.world.strikes('drop')) continue;
      const delivery = { ...message, partition: 0, offset, attempt: 1 };
      life.at(
        this.world.scheduler.now,
        () => void subscription.handler(delivery, new AbortController().signal).catch(() => {}),
      );
    }
  }

  /** Messages that some group has not handled yet. */
  get backlog(): number {
    let count = 0;
    for (const group of this.groups.values()) for (const lane of group.lanes.values()) count += lane.pending.length;
    return count;
  }

  /** A dead member's unacknowledged deliveries go to whoever comes next. */
  died(life: Incarnation): void {
    this.leave(life);
    for (const group of this.groups.values()) for (const key of group.lanes.keys()) this.pump(group, key);
  }

  private join(member: Member): void {
    if (member.subscription.mode === 'broadcast') {
      this.listeners.push(member);
      return;
    }
    const group = this.groups.get(member.subscription.group) ?? new Group();
    if (!this.groups.has(member.subscription.group)) {
      this.groups.set(member.subscription.group, group);
      // A new group starts at the beginning of its topics.
      this.log.forEach((message, index) => {
        if (member.subscription.topics.includes(message.topic))
          this.enqueue(group, `${message.topic}/${message.key}`, message, String(index));
      });
    }
    group.members.push(member);
    for (const key of group.lanes.keys()) this.pump(group, key);
  }

  private leave(life: Incarnation): void {
    for (const group of this.groups.values()) {
      const at = group.members.findIndex((member) => member.life === life);
      if (at >= 0) group.members.splice(at, 1);
    }
    const at = this.listeners.findIndex((listener) => listener.life === life);
    if (at >= 0) this.listeners.splice(at, 1);
  }

  private enqueue(group: Group, key: string, message: BusMessage, offset: string): void {
    const lane = group.lanes.get(key) ?? { pending: [], busy: false };
    group.lanes.set(key, lane);
    lane.pending.push({ message, offset, attempt: 1 });
    this.pump(group, key);
  }

  private pump(group: Group, key: string): void {
    const lane = group.lanes.get(key) as Lane;
    const next = lane.pending[0];
    if (lane.busy || !next || group.members.length === 0) return;
    lane.busy = true;
    const { scheduler, random } = this.world;
    const member = random.pick(group.members);
    let settled = false;
    const settle = (done: boolean, delay: number) => {
      if (settled) return;
      settled = true;
      lane.busy = false;
      if (done) lane.pending.shift();
      else next.attempt++;
      scheduler.at(scheduler.now + delay, () => this.pump(group, key));
    };
    if (this.world.strikes('drop'))
      return void scheduler.at(scheduler.now + random.between(10, 500), () => settle(false, 0));
    const delivery: Delivery = { ...next.message, partition: 0, offset: next.offset, attempt: next.attempt };
    this.watch(member.life, () => settle(false, random.between(1, 50)));
    member.life.at(scheduler.now + random.between(0, 20), () => {
      member.subscription.handler(delivery, new AbortController().signal).then(
        () => member.life.alive && settle(!this.again(group, next.message, next.offset), random.between(0, 5)),
        () => member.life.alive && settle(false, random.between(50, 1000)),
      );
    });
  }

  /** The commit of a handled delivery may be lost; and any old message may come again later, out of order. */
  private again(group: Group, message: BusMessage, offset: string): boolean {
    const { scheduler, random } = this.world;
    if (this.world.strikes('reorder')) {
      const lane = `again/${offset}/${random.next()}`;
      scheduler.at(scheduler.now + random.between(10, 30_000), () => this.enqueue(group, lane, message, offset));
    }
    return this.world.strikes('repeat');
  }

  /** A consumer that dies or stands still loses its partitions after a while. */
  private watch(life: Incarnation, lost: () => void): void {
    const { scheduler } = this.world;
    const check = () => {
      if (!life.alive) lost();
      else if (scheduler.now < limit) scheduler.at(scheduler.now + 200, check);
      else lost();
    };
    const limit = scheduler.now + this.world.pauseMs * 5;
    scheduler.at(scheduler.now + 200, check);
  }
}
