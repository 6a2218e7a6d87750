# syntax=docker/dockerfile:1
# The training service for machines with an NVIDIA card: the `gpu` pool.
#   docker build -f docker/training-gpu.Dockerfile -t trainyard/training-gpu .
#   docker run --gpus all -e TRAINING_SLOTS=gpu=1 ...
# Needs the NVIDIA container toolkit on the host; the driver comes from there, CUDA and cuDNN from the image.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm run build
RUN npm prune --omit=dev && rm -rf .cache .nx tests/dist

# cuDNN's run-time libraries without compilers: nothing is built in this image.
FROM nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04 AS run
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini libatomic1 \
 && rm -rf /var/lib/apt/lists/*
# CUDA's image has no Node, and Ubuntu's own is too old. The official image's binary is one file that asks for no newer
# glibc than Ubuntu 22.04 has, so it is copied: no package source of a third party, and the version that the other images run.
COPY --from=build /usr/local/bin/node /usr/local/bin/node
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/data \
    DATA_ROOTS=/data \
    SERVICE=training \
    TRAINING_SLOTS=gpu=1
WORKDIR /app
COPY --from=build /app /app
# The same user id as in the other images, so that they can share the volume.
RUN groupadd --gid 1000 node \
 && useradd --uid 1000 --gid node --create-home node \
 && install -d -o node -g node /data \
 && node docker/start.mjs --check
USER 1000
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "/app/docker/health.mjs"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "/app/docker/start.mjs"]
