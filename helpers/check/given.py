"""Which code the fix_* exercises are handed out with: its :func:`source.fingerprint`, so that edited code is told from it."""

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
