"""Runs the unittest cases of a script; the last line says how many passed and failed, as tests/run counts them."""
import sys
import unittest


class Result(unittest.TextTestResult):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.broken = set()

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.broken.add(test.id())

    def addError(self, test, err):
        super().addError(test, err)
        self.broken.add(test.id())

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.broken.add(test.id())


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result).run(suite)
    print(f"{result.testsRun - len(result.broken)} passed, {len(result.broken)} failed", flush=True)
    sys.exit(1 if result.broken or not result.testsRun else 0)
