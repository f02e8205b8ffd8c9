"""Checkers: what a case allows, compared with what the model said."""

from keras_halluc._types import Checker
from keras_halluc._types import Passage
from keras_halluc._types import Retriever
from keras_halluc._types import Verdict
from keras_halluc.grounding.abstentions import DEFAULT_ABSTENTIONS
from keras_halluc.grounding.answer_checker import AnswerChecker
from keras_halluc.grounding.checker_by_case import DefaultChecker
from keras_halluc.grounding.checker_by_case import default_checker
from keras_halluc.grounding.consistency.consistency_checker import ConsistencyChecker
from keras_halluc.grounding.consistency.sampled_answers import SampledAnswers
from keras_halluc.grounding.ensemble_checker import EnsembleChecker
from keras_halluc.grounding.entailment.entailment_checker import EntailmentChecker
from keras_halluc.grounding.entailment.keras_pair_scorer import KerasPairScorer
from keras_halluc.grounding.files.check_batch import CheckBatch
from keras_halluc.grounding.files.check_rows import check
from keras_halluc.grounding.files.check_summary import CheckSummary
from keras_halluc.grounding.groups.group_rates import GroupRate
from keras_halluc.grounding.groups.group_rates import rates_by_group
from keras_halluc.grounding.groups.pair_comparison import PairComparison
from keras_halluc.grounding.groups.pair_comparison import compare_pairs
from keras_halluc.grounding.knowledge.knowledge_base import KnowledgeBase
from keras_halluc.grounding.knowledge.knowledge_checker import KnowledgeChecker
from keras_halluc.grounding.knowledge.statement import Statement
from keras_halluc.grounding.objects.coco_objects import COCO_OBJECTS
from keras_halluc.grounding.objects.object_checker import ObjectChecker
from keras_halluc.grounding.objects.object_finder import ObjectMention
from keras_halluc.grounding.objects.object_rates import ObjectRates
from keras_halluc.grounding.overlap.overlap_checker import OverlapChecker
from keras_halluc.grounding.retrieval.bm25_retriever import BM25Retriever
from keras_halluc.grounding.retrieval.postgres_retriever import PostgresRetriever
from keras_halluc.grounding.retrieval.retrieval_checker import RetrievalChecker
from keras_halluc.grounding.slots.meaning_representation import parse_meaning
from keras_halluc.grounding.slots.slot_checker import SlotChecker
from keras_halluc.grounding.slots.slot_errors import SlotErrors
from keras_halluc.grounding.source_checker import SourceChecker
from keras_halluc.grounding.values.value_checker import ValueChecker

__all__ = [
    "AnswerChecker",
    "BM25Retriever",
    "COCO_OBJECTS",
    "CheckBatch",
    "CheckSummary",
    "Checker",
    "ConsistencyChecker",
    "DEFAULT_ABSTENTIONS",
    "DefaultChecker",
    "EnsembleChecker",
    "EntailmentChecker",
    "GroupRate",
    "KerasPairScorer",
    "KnowledgeBase",
    "KnowledgeChecker",
    "ObjectChecker",
    "ObjectMention",
    "ObjectRates",
    "OverlapChecker",
    "PairComparison",
    "Passage",
    "PostgresRetriever",
    "RetrievalChecker",
    "Retriever",
    "SampledAnswers",
    "SlotChecker",
    "SlotErrors",
    "SourceChecker",
    "Statement",
    "ValueChecker",
    "Verdict",
    "check",
    "compare_pairs",
    "default_checker",
    "parse_meaning",
    "rates_by_group",
]
