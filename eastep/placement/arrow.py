"""pyarrow, an extra that is slow to load: only modules that are themselves imported inside functions import it."""

try:
    import pyarrow as pa
    import pyarrow.compute as pc
except ImportError as error:
    raise ImportError("tables and files need pyarrow: pip install 'eastep[arrow]'") from error

__all__ = ["pa", "pc"]
