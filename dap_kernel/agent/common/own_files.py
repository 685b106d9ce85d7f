"""Which files are the agent's own, by the folder that it was loaded from. Knows nothing of what they do."""

FOLDER = __file__.rpartition("/")[0].rpartition("/")[0] + "/"
