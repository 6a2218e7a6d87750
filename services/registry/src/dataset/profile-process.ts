import { openArtifacts } from '@trainyard/artifacts';
import { serveTasks } from '@trainyard/flow';
import type { ProfileTask } from './profiler.js';
import { readProfile } from './read-profile.js';

/** The body of the profiling worker process. */
const { ARTIFACTS_URL, DATA_DIR = '.trainyard' } = process.env;
const artifacts = await openArtifacts(ARTIFACTS_URL ?? `${DATA_DIR}/artifacts`);

serveTasks((task: ProfileTask) => readProfile(task, artifacts));
