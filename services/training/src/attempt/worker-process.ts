import { artifactsAddress, openArtifacts } from '@trainyard/artifacts';
import { serveTasks } from '@trainyard/flow';
import { SourceResolver, sourceSettings } from '@trainyard/sources';
import type { AttemptTask } from './attempt.js';
import { RecentTable, runAttempt } from './run-attempt.js';

/** The body of a training worker process: attempts come in, results go out, bytes go to the artifact store. */
const artifacts = await openArtifacts(artifactsAddress(process.env));
const sources = new SourceResolver(artifacts, sourceSettings(process.env));
const recent = new RecentTable();

serveTasks((task: AttemptTask, context) => runAttempt(task, { artifacts, sources, recent, ...context }));
