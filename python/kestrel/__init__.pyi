from kestrel._core import ChangeSet as ChangeSet
from kestrel._core import Snapshot as Snapshot
from kestrel.changes.compare import apply_diff as apply_diff
from kestrel.changes.compare import compare as compare
from kestrel.changes.errors import InvalidChange as InvalidChange
from kestrel.changes.plan import Plan as Plan
from kestrel.changes.plan import plan as plan
from kestrel.changes.policy import Policy as Policy
from kestrel.changes.policy import RefusedByPolicy as RefusedByPolicy
from kestrel.changes.schema_diff import SchemaDiff as SchemaDiff
from kestrel.changes.schema_diff import diff as diff
from kestrel.compiler import load as load
from kestrel.data.module import Module as Module
from kestrel.data.schema import Parser as Parser
from kestrel.data.schema import Schema as Schema
from kestrel.data.values import Duration as Duration
from kestrel.data.values import Secret as Secret
from kestrel.text.diagnostic import InvalidConfig as InvalidConfig
from kestrel.text.diagnostic import InvalidSource as InvalidSource
from kestrel.text.diagnostic import KestrelError as KestrelError
from kestrel.text.read import UnreadableFile as UnreadableFile

__version__: str
