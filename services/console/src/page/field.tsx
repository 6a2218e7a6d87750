import { type ReactNode, useId } from 'react';

interface Props {
  readonly label: string;
  /** Shown on hovering. */
  readonly description?: string | undefined;
  /** The control; it must carry the id that it is given. */
  readonly children: (id: string) => ReactNode;
}

/** A labelled control. The label stands beside the control, so that its name is not a list of all choices. */
export function Field({ label, description, children }: Props) {
  const id = useId();
  return (
    <div className="field" title={description}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}
