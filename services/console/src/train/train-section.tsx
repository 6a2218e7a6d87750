import { Problem } from '../page/problem';
import { DatasetSummary } from './dataset-summary';
import { TrainForm } from './train-form';
import { type Upload, useUpload } from './use-upload';

/** From a file to a job: choose it, see what is in it, say what to predict. */
export function TrainSection({ onStarted }: { onStarted: () => void }) {
  const { upload, send } = useUpload();
  return (
    <section className="card train" aria-labelledby="train-title">
      <h2 id="train-title">Train from a file</h2>
      <label className="file">
        <span>Data file</span>
        <input
          type="file"
          accept=".csv,.tsv,.parquet,.jsonl,.ndjson,.json,.arrow,.feather,.gz"
          aria-describedby="file-hint"
          onChange={(event) => send(event.target.files?.[0])}
        />
      </label>
      <p id="file-hint" className="hint">
        CSV, Parquet, JSON lines or Arrow, with a header or named columns
      </p>
      <UploadState upload={upload} />
      {upload.step === 'ready' && (
        <>
          <DatasetSummary dataset={upload.dataset} />
          <TrainForm key={upload.dataset.datasetId} dataset={upload.dataset} onStarted={onStarted} />
        </>
      )}
    </section>
  );
}

function UploadState({ upload }: { upload: Upload }) {
  if (upload.step === 'failed') return <Problem error={upload.error} />;
  if (upload.step !== 'sending') return null;
  const percent = Math.round(upload.fraction * 100);
  const sent = upload.fraction >= 1;
  return (
    <div className="progress-row" role="status">
      <progress max={100} value={sent ? undefined : percent} aria-label={`Upload of ${upload.file.name}`} />
      <span className="step">{sent ? 'reading the file…' : `${percent} %`}</span>
    </div>
  );
}
