import { type FormEvent, useState } from 'react';
import type { ApiError } from '../api/http';
import { saveApiKey } from '../api/http';

/** What went wrong, in the platform's own words, with the code that a search finds. */
export function Problem({ error }: { error: Pick<ApiError, 'code' | 'message' | 'status'> }) {
  return (
    <div className="problem" role="alert">
      <p>{error.message}</p>
      <code>{error.code}</code>
      {error.status === 401 && <KeyForm />}
    </div>
  );
}

function KeyForm() {
  const [key, setKey] = useState('');
  const save = (event: FormEvent) => {
    event.preventDefault();
    saveApiKey(key.trim());
    window.location.reload();
  };
  return (
    <form className="key-form" onSubmit={save}>
      <label>
        API key
        <input type="password" required value={key} onChange={(event) => setKey(event.target.value)} />
      </label>
      <button type="submit">Use this key</button>
    </form>
  );
}
