import { fullNameOf, topicOf } from '../catalogue.js';
import type { EventType } from '../generated/events.js';

/** The subject of an event's schema: topic and record name, as several events share a topic (TopicRecordNameStrategy). */
export function subjectOf(type: EventType): string {
  return `${topicOf(type)}-${fullNameOf(type)}`;
}
