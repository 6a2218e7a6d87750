"""The real libraries, for the tests of libs/learn/interchange: reads a JSON list of jobs, writes a JSON list of answers."""

import base64
import json
import sys

import numpy as np


def matrix(job):
    """Row-major float32 values in base64."""
    flat = np.frombuffer(base64.b64decode(job["x"]), dtype=np.float32)
    return flat.reshape(job["rows"], -1)


def train_lightgbm(job):
    import lightgbm

    x = matrix(job)
    categorical = [j for j, kind in enumerate(job["kinds"]) if kind == "c"]
    data = lightgbm.Dataset(x, job["y"], categorical_feature=categorical, params={"verbose": -1, **job.get("data", {})})
    booster = lightgbm.train({"verbose": -1, "num_threads": 1, **job["params"]}, data, job["rounds"])
    return {"model": booster.model_to_string(), "predictions": booster.predict(x).ravel().tolist()}


def score_lightgbm(job):
    import lightgbm

    booster = lightgbm.Booster(model_str=job["model"])
    return {
        "predictions": booster.predict(matrix(job)).ravel().tolist(),
        "names": booster.feature_name(),
        "contributions": np.asarray(booster.predict(matrix(job), pred_contrib=True)).ravel().tolist(),
        "rewritten": booster.model_to_string(),
    }


def xgboost_matrix(job, y=None):
    import xgboost

    return xgboost.DMatrix(matrix(job), y, feature_types=job["kinds"], feature_names=job.get("names"), enable_categorical=True)


def train_xgboost(job):
    import xgboost

    data = xgboost_matrix(job, job["y"])
    booster = xgboost.train({"nthread": 1, **job["params"]}, data, job["rounds"])
    model = booster.save_raw("json").decode()
    return {"model": model, "predictions": booster.predict(data).ravel().tolist()}


def score_xgboost(job):
    import xgboost

    booster = xgboost.Booster({"nthread": 1}, model_file=bytearray(job["model"].encode()))
    return {
        "predictions": booster.predict(xgboost_matrix(job)).ravel().tolist(),
        "rewritten": booster.save_raw("json").decode(),
    }


def score_onnx(job):
    import onnx
    import onnxruntime

    content = base64.b64decode(job["model"])
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    kinds = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(string)": object}
    inputs = {}
    for wanted in session.get_inputs():
        values = job["columns"][wanted.name]
        if wanted.type == "tensor(string)":
            values = ["" if value is None else str(value) for value in values]
        else:
            values = [float("nan") if value is None else float(value) for value in values]
        inputs[wanted.name] = np.array(values, dtype=kinds[wanted.type]).reshape(-1, 1)
    names = [output.name for output in session.get_outputs()]
    return {name: np.asarray(value).ravel().tolist() for name, value in zip(names, session.run(names, inputs))}


def main():
    answers = []
    for job in json.load(sys.stdin):
        try:
            answers.append(globals()[job["do"]](job))
        except Exception as error:  # The test that asked tells what the library refused.
            answers.append({"error": f"{type(error).__name__}: {error}"[:2000]})
    json.dump(answers, sys.stdout)


main()
