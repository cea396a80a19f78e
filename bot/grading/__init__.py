"""TEXT -> GRADE: typed answers are graded point by point, offline, by small models trained on example sentences."""

import os

# Must be set before numpy is first imported. Our matrices are small: a second thread gains nothing, and on a busy
# machine the threads' waiting loops turned 0.3 s of training into 20 s.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
