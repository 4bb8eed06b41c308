using Pile.Format;

namespace Pile.DuckDb;

/// <summary>Maps DuckDB types to dtypes.</summary>
internal static class DuckDbDTypes
{
    /// <summary>Returns the dtype with the same values; null if the format has no such type, as for DECIMAL, DATE or LIST.</summary>
    internal static DType? ToDType(this DuckDbTypeId type) => type switch
    {
        DuckDbTypeId.Boolean => DType.Bool,
        DuckDbTypeId.TinyInt => DType.Int8,
        DuckDbTypeId.UTinyInt => DType.UInt8,
        DuckDbTypeId.SmallInt => DType.Int16,
        DuckDbTypeId.USmallInt => DType.UInt16,
        DuckDbTypeId.Integer => DType.Int32,
        DuckDbTypeId.UInteger => DType.UInt32,
        DuckDbTypeId.BigInt => DType.Int64,
        DuckDbTypeId.UBigInt => DType.UInt64,
        DuckDbTypeId.Float => DType.Float32,
        DuckDbTypeId.Double => DType.Float64,
        DuckDbTypeId.Varchar => DType.String,
        _ => null,
    };
}
