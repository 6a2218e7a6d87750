import { artifactsAddress, openArtifacts } from '@trainyard/artifacts';
import { serveTasks } from '@trainyard/flow';
import { SourceResolver, sourceSettings } from '@trainyard/sources';
import type { EvaluationTask } from './executor.js';
import { runEvaluation } from './run-evaluation.js';

/** The body of an evaluation worker process: digests come in, metrics go out, bytes stay in the artifact store. */
const artifacts = await openArtifacts(artifactsAddress(process.env));
const sources = new SourceResolver(artifacts, sourceSettings(process.env));

serveTasks((task: EvaluationTask, { signal }) => runEvaluation(task, { artifacts, sources, signal }));
