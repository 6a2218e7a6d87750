# syntax=docker/dockerfile:1
# The training service for machines with an NVIDIA card: the `gpu` pool.
#   docker build -f docker/training-gpu.Dockerfile -t trainyard/training-gpu .
#   docker run --gpus all -e TRAINING_SLOTS=gpu=1 ...
# Needs the NVIDIA container toolkit on the host; the driver comes from there, CUDA and cuDNN from the image.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm run build
# TensorFlow for GPUs from its Python wheel, with the binding of tfjs-node compiled against it: the script that a checkout uses.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ python3-pip \
 && node scripts/setup-tensorflow.mjs --gpu
# What runs is compiled: sources, types, maps, tests, charts and build records are of no use at run time.
RUN npm prune --omit=dev \
 && find . -path ./node_modules -prune -o -type f \
    \( -name '*.ts' -o -name '*.js.map' -o -name '*.test.js' -o -name '*.tsbuildinfo' \) -exec rm -f {} + \
 && rm -rf .nx tests deploy

# CUDA's and cuDNN's run-time libraries without compilers: nothing is built in this image. Its C library is newer than that of
# the build stage, as what was compiled there needs it to be.
FROM nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04 AS run
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini libatomic1 \
 && rm -rf /var/lib/apt/lists/*
# CUDA's image has no Node, and Ubuntu's own is too old. The official image's binary is one file, so it is copied: no package
# source of a third party, and the version that the other images run.
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
RUN userdel --remove ubuntu \
 && groupadd --gid 1000 node \
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
