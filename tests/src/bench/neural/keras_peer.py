"""One network in Keras: the same architecture, batches and optimiser as ours. Prints the seconds of each epoch, CPU seconds, loss and
peak memory as JSON. `setting` is `auto` for what Keras itself chooses, `xla` or `plain` to compile with XLA or not."""
import json, os, resource, sys, time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
kind, folder, setting = sys.argv[1:4]
rows, steps, features, epochs, threads, seed = map(int, sys.argv[4:10])
import numpy as np
import tensorflow as tf
import keras

tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)
keras.utils.set_random_seed(seed)
layers = keras.layers
x = np.fromfile(f"{folder}/x.bin", np.float32).reshape(rows, steps, features)
y = np.fromfile(f"{folder}/y.bin", np.int32)


class Positions(layers.Layer):
    def build(self, shape):
        self.weight = self.add_weight(shape=shape[1:], initializer=keras.initializers.RandomNormal(stddev=0.02))

    def call(self, inputs):
        return inputs + self.weight


inputs = keras.Input((steps, features))
if kind == "lstm":
    h = layers.LSTM(128)(inputs)
elif kind == "gru":
    h = layers.GRU(128, reset_after=False)(inputs)
elif kind == "tcn":
    h = inputs
    for dilation in (1, 2, 4, 8):
        inner = h
        for _ in range(2):
            inner = layers.Conv1D(64, 3, dilation_rate=dilation, padding="causal", activation="relu")(inner)
        skip = h if h.shape[-1] == 64 else layers.Conv1D(64, 1)(h)
        h = layers.ReLU()(layers.Add()([inner, skip]))
    h = h[:, -1]
elif kind == "transformer":
    h = Positions()(layers.Dense(64)(inputs))
    for _ in range(2):
        h = layers.LayerNormalization(epsilon=1e-5)(h + layers.MultiHeadAttention(4, 16)(h, h))
        h = layers.LayerNormalization(epsilon=1e-5)(h + layers.Dense(64)(layers.Dense(128, activation="relu")(h)))
    h = layers.GlobalAveragePooling1D()(h)
else:
    h = layers.Flatten()(inputs)
    for units in (256, 128):
        h = layers.Dense(units, activation="relu")(h)
model = keras.Model(inputs, layers.Dense(3)(h))
model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile={"auto": "auto", "xla": True}.get(setting, False))
seconds, cpu, losses = [], [], []


class Clock(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.began, self.cpu = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        seconds.append(time.perf_counter() - self.began)
        cpu.append(time.process_time() - self.cpu)
        losses.append(logs["loss"])


model.fit(x, y, batch_size=256, epochs=epochs, verbose=0, callbacks=[Clock()])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "loss": losses[-1], "losses": losses, "peakMiB": peak, "what": f"Keras {keras.__version__}"}))
