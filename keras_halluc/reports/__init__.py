"""What did fine-tuning, or compression, do to a model? The report of `kh.audit`."""

from keras_halluc.reports.audit_models import audit
from keras_halluc.reports.audit_report import AuditReport
from keras_halluc.reports.flip import Flip
from keras_halluc.reports.measure import Measure
from keras_halluc.reports.model_answers import ModelAnswers
from keras_halluc.reports.model_answers import record_answers

__all__ = ["AuditReport", "Flip", "Measure", "ModelAnswers", "audit", "record_answers"]
