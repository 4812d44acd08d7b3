"""The moments of training, and the record of it that `fit` returns.

Epochs and batches are counted from 0; `logs` holds the loss and the metrics, on a batch the means of the epoch so far.
"""

from helpers.errors import check_list, shown


class Callback:
    """Base class: override the moments you want. `self.model` and `self.params` are set before training begins."""

    model = None
    params = None

    def set_model(self, model):
        self.model = model

    def set_params(self, params):
        self.params = params

    def on_train_begin(self, logs=None):
        """Before the first epoch."""

    def on_train_end(self, logs=None):
        """After the last."""

    def on_epoch_begin(self, epoch, logs=None):
        """Before an epoch's first batch."""

    def on_epoch_end(self, epoch, logs=None):
        """After an epoch, with the validation's results as `val_...` in logs."""

    def on_train_batch_begin(self, batch, logs=None):
        """Before a step."""

    def on_train_batch_end(self, batch, logs=None):
        """After a step."""


class CallbackList:
    """Passes each moment on to several callbacks in order, and to those only that listen to it."""

    def __init__(self, callbacks, model, params):
        self.callbacks = check_list("callbacks", callbacks, "Callback objects")
        for callback in self.callbacks:
            if isinstance(callback, type) or not hasattr(callback, "on_epoch_end"):
                raise TypeError(f"callbacks must be Callback objects, got {shown(callback)}")
        for callback in self.callbacks:
            callback.set_model(model)
            callback.set_params(params)
        self.batch_begin = self._listeners("on_train_batch_begin")
        self.batch_end = self._listeners("on_train_batch_end")

    def _listeners(self, moment):
        bound = (getattr(callback, moment) for callback in self.callbacks)
        return [method for method in bound if getattr(method, "__func__", None) is not getattr(Callback, moment)]

    def tell(self, moment, *args):
        """Call this method of every callback."""
        for callback in self.callbacks:
            getattr(callback, moment)(*args)


class History(Callback):
    """What `fit` returns: `history["loss"]` and so on, one number per epoch; `epoch`, their numbers."""

    def __init__(self):
        self.history, self.epoch = {}, []

    def on_train_begin(self, logs=None):
        self.epoch = []

    def on_epoch_end(self, epoch, logs=None):
        self.epoch.append(epoch)
        for key, value in (logs or {}).items():
            self.history.setdefault(key, []).append(value)


class LambdaCallback(Callback):
    """A callback made of functions, each under the name of its moment: `LambdaCallback(on_epoch_end=print)`."""

    def __init__(self, **functions):
        moments = [name for name in vars(Callback) if name.startswith("on_")]
        for name, function in functions.items():
            if name not in moments:
                raise TypeError(f"LambdaCallback has no moment {name!r}; it knows {', '.join(moments)}")
            if not callable(function):
                raise TypeError(f"{name} must be a function, got {type(function).__name__}")
            setattr(self, name, function)
