import { useEffect, useRef } from 'react';
import { listModels } from './api/models';
import { JobsSection } from './jobs/jobs-section';
import { useJobs } from './jobs/use-jobs';
import { ModelsSection } from './models/models-section';
import { usePolled } from './page/use-polled';
import { TrainSection } from './train/train-section';

/** The console's page: what trains, what came out, and a form that starts the next. */
export function App() {
  const jobs = useJobs();
  const models = usePolled(listModels, 10_000);
  const completed = jobs.value?.filter((job) => job.status === 'completed').length ?? 0;
  const before = useRef(completed);
  useEffect(() => {
    if (completed > before.current) models.refresh();
    before.current = completed;
  }, [completed, models.refresh]);
  return (
    <>
      <header className="masthead">
        <h1>Trainyard</h1>
        <nav aria-label="Elsewhere">
          <a href="/docs">API</a>
          <a href="/metrics">Metrics</a>
        </nav>
      </header>
      <main>
        <TrainSection onStarted={jobs.refresh} />
        <div className="lists">
          <JobsSection jobs={jobs} />
          <ModelsSection models={models} />
        </div>
      </main>
    </>
  );
}
