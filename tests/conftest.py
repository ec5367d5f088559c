pytest_plugins = ["evening"]
