"""One network in Keras: the same architecture, batches and optimiser as ours. Prints the seconds of each epoch, CPU seconds, loss and peak memory as JSON."""
import json, os, resource, sys, time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
kind, rows, steps, features, epochs, threads = sys.argv[1], *map(int, sys.argv[2:7])
import numpy as np
import tensorflow as tf
import keras

tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)
keras.utils.set_random_seed(0)
layers = keras.layers
random = np.random.default_rng(0)
x = random.standard_normal((rows, steps, features), dtype=np.float32)
score = x[:, -1, 0] + x[:, -3 % steps, 1]
y = np.digitize(score, [-0.6, 0.6])


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
model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
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
print(json.dumps({"seconds": seconds, "cpu": cpu, "loss": losses[-1], "peakMiB": peak, "what": f"Keras {keras.__version__}"}))
