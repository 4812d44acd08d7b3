"""A model on disk: weights, optimizer, place in the schedule and random state, in NumPy's own format, without pickle.

A file is written beside its place and moved there when it is whole: whatever ends the process, and whenever, the old
file or the new one is there. A file that is damaged or not of this kind is refused with a reason, and nothing changes.
"""

import json
import os
import zipfile
from pathlib import Path

import numpy as np

from helpers.errors import check_flag, shown
from helpers.files import write_whole

KIND, VERSION = "how-models-learn checkpoint", 1


def save(path, model, weights_only=False, notes=None):
    """Write a built Sequential model, its compiled optimizer and all random states to `path` (".npz").

    `notes` is a dict of JSON's kinds of values, which `load` returns. Raises ValueError for a model without weights.
    """
    path, notes = check_path("path", path), _check_notes(notes)
    _check_model(model)
    if not model.built:
        raise ValueError("model has no weights yet: train it, call it on an input or build it first")
    content = {"weights": model.get_weights(), "notes": notes}
    if not check_flag("weights_only", weights_only):
        content["random"] = [_random_state(rng) for rng in model.generators()]
        if model.optimizer is not None:
            content["optimizer"] = {"kind": type(model.optimizer).__name__, "state": model.optimizer.state()}
    arrays = {}
    header = {"kind": KIND, "version": VERSION, "content": _pack(content, arrays)}
    text = np.frombuffer(json.dumps(header).encode(), np.uint8)
    write_whole(path, lambda file: np.savez(file, header=text, **arrays))


def load(path, model):
    """Bring a model of the same layers to the state in `path`; returns the notes that were saved with it.

    The model needs its weights (call it on an input, or build it) and, for the optimizer to go on, the same optimizer
    compiled. Raises FileNotFoundError, or ValueError for a damaged or foreign file and for a model that it does not
    fit; then nothing has changed.
    """
    path = check_path("path", path)
    _check_model(model)
    content = _read(path)
    try:
        weights, state = content["weights"], content.get("optimizer")
        _check_fit(path, model, weights, state, content.get("random"))
        if state is not None and model.optimizer is not None:
            model.optimizer.load_state(state["state"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is a checkpoint whose content is incomplete: {error!r}") from None
    model.set_weights(weights)
    for rng, saved in zip(model.generators(), content.get("random") or [], strict=False):
        rng.bit_generator.state = saved
    return content["notes"]


def check_path(name, path, folder=False):
    """Return `path` as a Path; TypeError for what is none, ValueError for a folder in place of a file or the reverse."""
    if not isinstance(path, str | os.PathLike) or not str(path):
        raise TypeError(f"{name} must be a path, got {shown(path)}")
    path = Path(path)
    if path.is_file() if folder else path.is_dir():
        raise ValueError(f"{name} must be the path of a {'folder' if folder else 'file'}, and {path} is none")
    return path


def _check_model(model):
    if isinstance(model, type) or not all(hasattr(model, name) for name in ("built", "weights", "generators")):
        raise TypeError(f"model must be a Sequential model, got {shown(model)}")


def _check_notes(notes):
    if notes is None:
        return {}
    if not isinstance(notes, dict):
        raise TypeError(f"notes must be a dict, got {shown(notes)}")
    try:
        json.dumps(_pack(notes, {}))
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"notes must hold what JSON can: {error}") from None
    return notes


# -- what fits -------------------------------------------------------------------------------------------------------


def _check_fit(path, model, weights, state, random):
    if not model.built:
        raise ValueError("model has no weights yet: call it on an input or build it, then load")
    mine = [(w.shape, str(w.data.dtype)) for w in model.weights]
    theirs = [(w.shape, str(w.dtype)) for w in weights]
    if mine != theirs:
        raise ValueError(f"{path} holds weights {theirs}, and the model's are {mine}: are its layers the same?")
    if state is not None and model.optimizer is not None and state["kind"] != type(model.optimizer).__name__:
        raise ValueError(
            f"{path} was saved with the optimizer {state['kind']}, and the model is compiled with "
            f"{type(model.optimizer).__name__}"
        )
    if random is not None and len(random) != len(model.generators()):
        raise ValueError(f"{path} holds {len(random)} random states, and the model has {len(model.generators())}")
    for rng, saved in zip(model.generators(), random or [], strict=False):
        trial = type(rng.bit_generator)()
        trial.state = saved


def _random_state(rng):
    return rng.bit_generator.state


# -- files -----------------------------------------------------------------------------------------------------------


def _read(path):
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    try:
        with np.load(path, allow_pickle=False) as file:
            if "header" not in file.files:
                raise ValueError("it holds arrays, but no header of a checkpoint")
            header = json.loads(bytes(file["header"]).decode())
            if header.get("kind") != KIND or header.get("version") != VERSION:
                raise ValueError(f"its header says {header.get('kind')!r}, version {header.get('version')!r}")
            arrays = {name: file[name] for name in file.files}
        return _unpack(header["content"], arrays)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{path} is damaged, or no checkpoint: {error}") from None
    except Exception as error:  # zlib, struct, UTF-8, JSON: damage shows in many ways
        raise ValueError(f"{path} cannot be read as a checkpoint: {error}") from None


def _pack(value, arrays):
    """The value as JSON, with arrays moved to `arrays` and kinds that JSON lacks written as one-key dicts."""
    if isinstance(value, np.ndarray):
        name = f"array_{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, np.dtype):
        return {"dtype": value.str}
    if isinstance(value, np.generic):
        return _pack(value.item(), arrays)
    if isinstance(value, dict):
        return {"dict": {key: _pack(item, arrays) for key, item in value.items()}}
    if isinstance(value, tuple):
        return {"tuple": [_pack(item, arrays) for item in value]}
    if isinstance(value, list):
        return [_pack(item, arrays) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"cannot save a {type(value).__name__}: {shown(value)}")


def _unpack(value, arrays):
    if isinstance(value, list):
        return [_unpack(item, arrays) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, inside),) = value.items()
    if kind == "array":
        return arrays[inside]
    if kind == "dtype":
        return np.dtype(inside)
    if kind == "tuple":
        return tuple(_unpack(item, arrays) for item in inside)
    return {key: _unpack(item, arrays) for key, item in inside.items()}
