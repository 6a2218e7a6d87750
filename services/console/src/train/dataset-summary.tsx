import type { Dataset } from '../api/types';
import { formatCount } from '../page/numbers';

/** What the platform found in the file, so that a wrong delimiter or type is seen before an hour of training. */
export function DatasetSummary({ dataset }: { dataset: Dataset }) {
  const { rows, columns, warnings } = dataset;
  return (
    <div className="dataset" data-dataset={dataset.datasetId}>
      <p>
        <strong>{formatCount(rows, 'row')}</strong>, {formatCount(columns.length, 'column')}
      </p>
      {warnings.length > 0 && (
        <ul className="warnings" aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section className="scroll" aria-label="Columns" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Type</th>
              <th scope="col" className="number">
                Missing
              </th>
              <th scope="col" className="number">
                Distinct
              </th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.name}>
                <th scope="row">{column.name}</th>
                <td>{column.type}</td>
                <td className="number">{column.missing ?? '–'}</td>
                <td className="number">{column.distinct ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
