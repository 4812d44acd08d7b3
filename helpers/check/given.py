"""What the exercises are handed out with: the code to be repaired, and the name that an answer has in its cell.

Of the code of a fix_* exercise it is the :func:`source.fingerprint`, so that edited code is told from it.
"""

FINGERPRINTS = {
    "fix_loop": "f5d169d0660973f6",
    "fix_log_loss": "0ef740351eb61b7e",
    "fix_integer_gradient": "1b6f646949c59eaf",
    "fix_backward_pass": "9bd528fbde644b11",
    "fix_stuck_loss": "c86488c495ab816c",
    "fix_loader": "390d1a033bb6cebf",
    "fix_velocity": "a079a7d270eb2a71",
    "fix_rmsprop_start": "2b89d44721a1bd15",
    "fix_epsilon_added": "6570106ec49e376c",
    "fix_frozen_t": "02f6aa1196d37672",
    "fix_start_of_v": "f8409422154265b7",
    "fix_epsilon_inside": "2fd0c6f746fe7cd2",
    "fix_race": "86cc4719554fea2e",
}

_NAMES = {
    "predict_race": "longest",
    "build_step": "step",
    "predict_learning_rate": "prediction",
    "fix_loop": "slope_each_time",
    "predict_outlier": "slopes",
    "fix_log_loss": "log_sigmoid",
    "predict_units": "prediction",
    "predict_diverging_rate": "threshold",
    "predict_half": "half",
    "fix_integer_gradient": "gradient_as_published",
    "predict_used_twice": "prediction",
    "fix_backward_pass": "backward_pass",
    "predict_same_at_every_h": "prediction",
    "predict_walk_order": "prediction",
    "build_training_loop": "train_network",
    "fix_stuck_loss": "mean_loss",
    "build_overfit_twenty": "overfit_twenty",
    "predict_one_pass": "choice",
    "sgd": "SGD",
    "predict_noise": "noise_at_144",
    "predict_price": "price",
    "predict_sorted": "said",
    "fix_loader": "shuffled_batches",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "build_convert": "convert",
    "fix_velocity": "descend_with_momentum",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "fix_rmsprop_start": "rmsprop_path",
    "adam": "Adam",
    "adamw": "AdamW",
    "fix_epsilon_added": "adam_a",
    "fix_frozen_t": "adam_b",
    "fix_start_of_v": "adam_c",
    "fix_epsilon_inside": "adam_d",
    "amsgrad": "AMSGrad",
    "build_keras_optimizer": "PaperAdam",
}


def name(exercise):
    """Return what the lesson's own cell calls the answer: most functions are named as their exercise."""
    return _NAMES.get(exercise.id, "choice" if exercise.kind == "predict" else exercise.id)
