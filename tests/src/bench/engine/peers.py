"""One job in this process: python peers.py '<Job as JSON>' prints a Result as JSON (see job.ts)."""
import json
import os
import resource
import sys
import time

job = json.loads(sys.argv[1])
T = job["threads"]
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(T)

import numpy as np

meta = json.load(open(os.path.join(job["folder"], "meta.json")))
P, task, seed = job["params"], job["task"], job["seed"]


def floats(name):
    return np.fromfile(os.path.join(job["folder"], name), dtype=np.float32)


X = floats("x.f32").reshape(meta["rows"], meta["cols"])
y = floats("values.f32") if task == "regression" else floats("classes.f32").astype(np.int32)
if task == "binary":
    y = (y == 2).astype(np.int32)
n, v = job["trainRows"], job["testRows"]
Xt, yt, Xv, yv = X[:n], y[:n], X[meta["rows"] - v:], y[meta["rows"] - v:]
if job.get("standardise"):
    mean, deviation = Xt.mean(0, dtype=np.float64), Xt.std(0, dtype=np.float64)
    deviation[deviation == 0] = 1
    Xt = ((Xt - mean) / deviation).astype(np.float32)
    Xv = ((Xv - mean) / deviation).astype(np.float32)
categorical = job.get("categorical") or []
k = 3 if task == "multiclass" else 2


def xgboost():
    import xgboost as xgb

    objective = {"multiclass": "multi:softprob", "binary": "binary:logistic", "regression": "reg:squarederror"}[task]
    params = dict(tree_method="hist", nthread=T, verbosity=0, objective=objective, seed=seed, **P)
    rounds = params.pop("n_estimators")
    if task == "multiclass":
        params["num_class"] = k

    def fit():
        data = xgb.QuantileDMatrix(Xt, label=yt, max_bin=params.get("max_bin", 256), nthread=T)
        return xgb.train(params, data, rounds)

    def predict(model, rows):
        p = model.inplace_predict(rows)
        return np.stack([1 - p, p], 1) if task == "binary" else p

    return fit, predict


def lightgbm():
    import lightgbm as lgb

    objective = {"multiclass": "multiclass", "binary": "binary", "regression": "regression"}[task]
    params = dict(objective=objective, num_threads=T, verbosity=-1, seed=seed, **P)
    rounds = params.pop("n_estimators")
    if task == "multiclass":
        params["num_class"] = k

    def fit():
        return lgb.train(params, lgb.Dataset(Xt, label=yt, categorical_feature=categorical or "auto"), rounds)

    def predict(model, rows):
        p = model.predict(rows, num_threads=T)
        return np.stack([1 - p, p], 1) if task == "binary" else p

    return fit, predict


def catboost():
    import catboost as cb

    kind = cb.CatBoostRegressor if task == "regression" else cb.CatBoostClassifier
    loss = {"multiclass": "MultiClass", "binary": "Logloss", "regression": "RMSE"}[task]
    model = kind(thread_count=T, verbose=False, allow_writing_files=False, loss_function=loss, random_seed=seed, **P)

    def predict(fitted, rows):
        return fitted.predict(rows) if task == "regression" else fitted.predict_proba(rows, thread_count=T)

    return (lambda: model.fit(Xt, yt)), predict


def estimator(model):
    def predict(fitted, rows):
        return fitted.predict_proba(rows) if hasattr(fitted, "predict_proba") else fitted.predict(rows)

    return (lambda: model.fit(Xt) if task == "clustering" else model.fit(Xt, yt)), predict


def sklearn(name):
    from sklearn import cluster, ensemble, linear_model, neighbors, svm

    made = {
        "RandomForestClassifier": lambda: ensemble.RandomForestClassifier(n_jobs=T, random_state=seed, **P),
        "RandomForestRegressor": lambda: ensemble.RandomForestRegressor(n_jobs=T, random_state=seed, **P),
        "ExtraTreesClassifier": lambda: ensemble.ExtraTreesClassifier(n_jobs=T, random_state=seed, **P),
        "LogisticRegression": lambda: linear_model.LogisticRegression(**P),
        "SVC": lambda: svm.SVC(**P),
        "KNeighborsClassifier": lambda: neighbors.KNeighborsClassifier(n_jobs=T, **P),
        "KMeans": lambda: cluster.KMeans(random_state=seed, **P),
    }
    return estimator(made[name]())


fit, predict = {"xgboost": xgboost, "lightgbm": lightgbm, "catboost": catboost}.get(job["model"], lambda: sklearn(job["model"]))()


def usage():
    return resource.getrusage(resource.RUSAGE_SELF)


before = usage()
started = time.perf_counter()
model = fit()
seconds = time.perf_counter() - started
after = usage()
result = {
    "fit": seconds,
    "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    "peak": after.ru_maxrss / 1024,
    "fitMemory": (after.ru_maxrss - before.ru_maxrss) / 1024,
}
if task == "clustering":
    result["predict"] = 0
    result["scores"] = {"inertia": float(model.inertia_)}
else:
    times = []
    while len(times) < max(1, job.get("predictions") or 0):
        started = time.perf_counter()
        p = predict(model, Xv)
        times.append(time.perf_counter() - started)
    result["predict"] = sorted(times)[len(times) // 2]
    if task == "regression":
        result["scores"] = {"rmse": float(np.sqrt(np.mean((np.asarray(p, dtype=np.float64).ravel() - yv) ** 2)))}
    elif p.ndim == 1:
        result["scores"] = {"accuracy": float((p == yv).mean())}
    else:
        own = np.clip(p[np.arange(len(yv)), yv], 1e-15, 1)
        result["scores"] = {"accuracy": float((p.argmax(1) == yv).mean()), "log loss": float(-np.log(own).mean())}
if job.get("oneRow"):
    times = []
    for i in range(2 * job["oneRow"]):
        row = Xv[i % 1000:i % 1000 + 1]
        started = time.perf_counter()
        predict(model, row)
        times.append(time.perf_counter() - started)
    times = sorted(times[job["oneRow"]:])
    result["oneRowP50"] = times[len(times) // 2]
    result["oneRowP99"] = times[int(len(times) * 0.99)]
print(json.dumps(result))
