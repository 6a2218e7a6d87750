import { artifactsAddress, openArtifacts } from '@trainyard/artifacts';
import { serveTasks } from '@trainyard/flow';
import type { ProfileTask } from './profiler.js';
import { readProfile } from './read-profile.js';

/** The body of the profiling worker process. */
const artifacts = await openArtifacts(artifactsAddress(process.env));

serveTasks((task: ProfileTask) => readProfile(task, artifacts));
