import { fullNameOf, releasedSchemas, subjectOf } from '@trainyard/contracts';

/** One version of a subject, and the id of its schema. */
export interface SubjectVersion {
  readonly version: number;
  readonly id: number;
}

/**
 * The subjects of our own events: `<topic>-<full name>` (TopicRecordNameStrategy) and the plain full name
 * (RecordNameStrategy), so that stock clients with either find them.
 */
export const builtinSubjects: ReadonlyMap<string, readonly SubjectVersion[]> = collect();

function collect(): Map<string, SubjectVersion[]> {
  const subjects = new Map<string, SubjectVersion[]>();
  for (const { id, type, version } of releasedSchemas) {
    for (const subject of [subjectOf(type), fullNameOf(type)]) {
      subjects.set(subject, [...(subjects.get(subject) ?? []), { version, id }]);
    }
  }
  return subjects;
}
