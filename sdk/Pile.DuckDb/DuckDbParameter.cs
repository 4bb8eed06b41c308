using System.Text;
using DuckDB.NET.Native;
using Pile.DuckDb.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Pile.DuckDb;

/// <summary>A value for a <c>?</c> in SQL: int64, double, bool, text or NULL, converted implicitly: <c>[5L, "M31", null]</c>.</summary>
internal readonly struct DuckDbParameter
{
    private readonly Kind kind;
    private readonly long integer;
    private readonly double real;
    private readonly string? text;

    private enum Kind : byte { Null, Integer, Real, Boolean, Text }

    private DuckDbParameter(Kind kind, long integer = 0, double real = 0, string? text = null) =>
        (this.kind, this.integer, this.real, this.text) = (kind, integer, real, text);

    public static implicit operator DuckDbParameter(long value) => new(Kind.Integer, integer: value);

    public static implicit operator DuckDbParameter(double value) => new(Kind.Real, real: value);

    public static implicit operator DuckDbParameter(bool value) => new(Kind.Boolean, integer: value ? 1 : 0);

    public static implicit operator DuckDbParameter(string? value) => value is null ? default : new(Kind.Text, text: value);

    internal DuckDBState Bind(DuckDBPreparedStatement statement, long oneBasedIndex)
    {
        switch (kind)
        {
            case Kind.Integer:
                return PreparedStatements.DuckDBBindInt64(statement, oneBasedIndex, integer);
            case Kind.Real:
                return PreparedStatements.DuckDBBindDouble(statement, oneBasedIndex, real);
            case Kind.Boolean:
                return PreparedStatements.DuckDBBindBoolean(statement, oneBasedIndex, integer != 0);
            case Kind.Text:
                byte[] utf8 = Encoding.UTF8.GetBytes(text!);
                // An empty span would be passed as a null pointer.
                return DuckDbNative.BindVarchar(statement, (ulong)oneBasedIndex, utf8.Length == 0 ? [0] : utf8, (ulong)utf8.Length);
            default:
                return PreparedStatements.DuckDBBindNull(statement, oneBasedIndex);
        }
    }
}
