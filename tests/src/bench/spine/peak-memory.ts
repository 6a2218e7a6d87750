import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

// Preloaded with --import: leaves the process's largest resident size, in KiB, in the file PEAK_MEMORY_FILE.
const file = process.env.PEAK_MEMORY_FILE;
if (file && isMainThread) process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
