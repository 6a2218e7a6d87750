import { openArtifacts } from '@trainyard/artifacts';
import { serveTasks } from '@trainyard/flow';
import { SourceResolver, sourceSettings } from '@trainyard/sources';
import type { EvaluationTask } from './executor.js';
import { runEvaluation } from './run-evaluation.js';

/** The body of an evaluation worker process: digests come in, metrics go out, bytes stay in the artifact store. */
const { ARTIFACTS_URL, DATA_DIR = '.trainyard' } = process.env;
const artifacts = await openArtifacts(ARTIFACTS_URL ?? `${DATA_DIR}/artifacts`);
const sources = new SourceResolver(artifacts, sourceSettings(process.env));

serveTasks((task: EvaluationTask, { signal }) => runEvaluation(task, { artifacts, sources, signal }));
