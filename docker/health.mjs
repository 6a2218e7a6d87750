// The health check of the images: exits 0 when the service can do its work.
const answer = await fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
