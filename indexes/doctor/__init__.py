"""What is wrong in an index folder, and its repair. Both work where the index cannot be opened."""

from indexes.doctor.checking import check, problems
from indexes.doctor.problems import Problem, Repair
from indexes.doctor.repairing import Mended, repair

__all__ = ["Mended", "Problem", "Repair", "check", "problems", "repair"]
