namespace Pile.DuckDb;

/// <summary>The kinds of errors that callers distinguish; the numbers are those of <c>duckdb_error_type</c> in duckdb.h.</summary>
internal enum DuckDbErrorType
{
    /// <summary>Any other kind.</summary>
    Other = 0,

    OutOfRange = 1,
    Conversion = 2,
    NotImplemented = 11,
    Catalog = 13,
    Parser = 14,
    Syntax = 22,
    Binder = 24,
    IO = 28,
    Interrupt = 29,
    InvalidInput = 32,
    OutOfMemory = 33,
    Permission = 34,
}

internal static class DuckDbErrorTypes
{
    private static readonly (string Prefix, DuckDbErrorType Type)[] Prefixes =
    [
        ("Out of Range Error", DuckDbErrorType.OutOfRange), ("Conversion Error", DuckDbErrorType.Conversion),
        ("Not implemented Error", DuckDbErrorType.NotImplemented), ("Catalog Error", DuckDbErrorType.Catalog),
        ("Parser Error", DuckDbErrorType.Parser), ("Syntax Error", DuckDbErrorType.Syntax), ("Binder Error", DuckDbErrorType.Binder),
        ("IO Error", DuckDbErrorType.IO), ("INTERRUPT Error", DuckDbErrorType.Interrupt),
        ("Invalid Input Error", DuckDbErrorType.InvalidInput), ("Out of Memory Error", DuckDbErrorType.OutOfMemory),
        ("Permission Error", DuckDbErrorType.Permission),
    ];

    /// <summary>Returns the type of an error of a statement without a result: the C API gives only its text, which begins with the
    /// type.</summary>
    internal static DuckDbErrorType Of(string error)
    {
        foreach ((string prefix, DuckDbErrorType type) in Prefixes)
            if (error.StartsWith(prefix, StringComparison.Ordinal))
                return type;
        return DuckDbErrorType.Other;
    }

    /// <summary>True if a statement was rejected before it read any data.</summary>
    internal static bool IsBeforeReading(this DuckDbErrorType type) =>
        type is DuckDbErrorType.Binder or DuckDbErrorType.Catalog or DuckDbErrorType.Parser or DuckDbErrorType.Syntax;

    /// <summary>True if an SQL expression can cause the error.</summary>
    internal static bool IsOfExpression(this DuckDbErrorType type) => type.IsBeforeReading()
        || type is DuckDbErrorType.Conversion or DuckDbErrorType.OutOfRange or DuckDbErrorType.InvalidInput;
}
