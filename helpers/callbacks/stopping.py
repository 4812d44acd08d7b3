"""The stop button, heard between two steps."""

import signal
import threading


class StopButton:
    """While it is held (`with StopButton() as stop`), the first interrupt only sets `stop.pressed`; a second one raises.

    So training ends between two steps, with weights and optimizer whole. Interrupts are those of Jupyter's stop button
    and of Ctrl-C. Outside the main thread, and where a program handles them itself, all stays as it was.
    """

    def __init__(self):
        self.pressed = False
        self._held = False

    def __enter__(self):
        main = threading.current_thread() is threading.main_thread()
        if main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._press)
            self._held = True
        return self

    def __exit__(self, *exception):
        # A loop that was left half way may end when this is somebody else's turn.
        if self._held and signal.getsignal(signal.SIGINT) == self._press:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._held = False

    def _press(self, number, frame):
        if self.pressed:
            signal.default_int_handler(number, frame)
        self.pressed = True
